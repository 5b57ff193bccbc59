package dev.flags.cli;

/** How a verb ended, for scripts. The numbers are part of the command line's format. */
final class ExitCode {
    /** Done, or already so. */
    static final int DONE = 0;

    static final int FAILED = 1;

    /** Wrong usage, or a confirmation is missing. */
    static final int USAGE = 2;

    /** No such flag, revision or rollout. */
    static final int NOT_FOUND = 3;

    /** Somebody changed it first. */
    static final int CONFLICT = 4;

    static final int STORE_NOT_REACHABLE = 5;

    static final int NOT_PERMITTED = 6;

    /** {@code rollout status}: rolled back, aborted or killed. */
    static final int ROLLOUT_ENDED_BADLY = 7;

    /** Not final, or not confirmed by every instance, in time. */
    static final int NOT_IN_TIME = 8;

    /** A guard or a precondition blocks it. */
    static final int BLOCKED = 9;

    private ExitCode() {}
}
