/** Planned rollouts: stages, guards and the controller that moves them. */
@NullMarked
package dev.flags.rollout;

import org.jspecify.annotations.NullMarked;
