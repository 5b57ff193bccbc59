package dev.flags.model;

import java.util.Locale;

/** What a flag is for, and so how long it is expected to live; {@code flags stale} asks it. */
public enum FlagType {
    /** Brings out new code; to be removed once everybody has it. */
    RELEASE,
    /** Compares variants; to be removed once decided. */
    EXPERIMENT,
    /** A lever for those on call; stays. */
    OPERATIONAL,
    /** Who may do what; stays. */
    PERMISSION;

    /** The name in documents: lower case. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
