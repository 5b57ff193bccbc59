/**
 * What the counts of a rollout prove, and how surely: pure functions of numbers, without a clock, a thread or a store. {@code
 * docs/statistics.md} says it for people.
 */
@NullMarked
package dev.flags.rollout.statistics;

import org.jspecify.annotations.NullMarked;
