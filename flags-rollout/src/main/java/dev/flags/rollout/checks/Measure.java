package dev.flags.rollout.checks;

/** Gives a number. */
@FunctionalInterface
interface Measure {
    double value(Http http) throws Exception;
}
