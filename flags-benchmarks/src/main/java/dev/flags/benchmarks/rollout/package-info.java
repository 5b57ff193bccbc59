/** How often guarded rollouts raise a false alarm, and how soon a true one: whole runs, simulated, through the classes that judge them. */
@NullMarked
package dev.flags.benchmarks.rollout;

import org.jspecify.annotations.NullMarked;
