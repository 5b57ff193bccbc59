package dev.flags.outcomes;

import java.time.Instant;
import java.util.List;

/**
 * Where rows go. Called by one background thread; every call should be bounded in time, and may throw: the rows are put again
 * later, or given up and counted. Must be safe for use by multiple threads, because one may be handed to several {@code Flags}.
 */
public interface OutcomeSink {

    /** The clock that windows are cut by, which all processes of an environment share. */
    Instant now();

    /**
     * Keeps these rows, each in place of the one with the same run, instance, percentage and window. When it throws, some of the rows may
     * have been kept.
     */
    void put(List<OutcomeRow> rows);
}
