package dev.flags.architecture.broken;

import dev.flags.architecture.broken.jdbc.Store;

/** Core knows no store. */
public record ReachesUp(Store store) {}
