package dev.flags.rollout.controller;

/** Does what may take its time, elsewhere. Safe for use by multiple threads. */
@FunctionalInterface
interface Background {
    /** Whether the work was taken; it is not when too much is waiting already. */
    boolean offer(Runnable work);
}
