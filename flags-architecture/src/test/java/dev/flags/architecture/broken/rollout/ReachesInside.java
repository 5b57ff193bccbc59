package dev.flags.architecture.broken.rollout;

import dev.flags.architecture.broken.internal.Hidden;

public record ReachesInside(Hidden hidden) {}
