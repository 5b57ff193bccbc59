package dev.flags.cli;

import java.util.List;

/** What a write asks for. */
enum WriteScope {
    /** One flag, which the output names by {@code key}. */
    ONE_FLAG,
    /** Flags, however many. */
    FLAGS,
    /** All of the environment: {@code --expect-revision} and {@code previousRevision} mean its revision. */
    ENVIRONMENT;

    static WriteScope of(List<String> keys) {
        return keys.size() == 1 ? ONE_FLAG : FLAGS;
    }
}
