package dev.flags.benchmarks.rollout;

/** A way to judge runs. */
interface Judging {
    /** Of one run, from its beginning. */
    Judge judge(double alpha);
}
