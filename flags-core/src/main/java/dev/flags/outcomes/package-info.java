/**
 * What becomes of the calls that flags decide: {@link dev.flags.outcomes.Choosing} wraps the two paths, a breaker keeps this
 * process from a path that fails, and {@link dev.flags.outcomes.OutcomeRow} tells whoever watches a rollout.
 */
@NullMarked
package dev.flags.outcomes;

import org.jspecify.annotations.NullMarked;
