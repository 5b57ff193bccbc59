/** What a controller looks at and calls outside the store: preconditions, measurements and hooks, as its own configuration defines them. */
@NullMarked
package dev.flags.rollout.checks;

import org.jspecify.annotations.NullMarked;
