package dev.flags.jdbc;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import java.time.Instant;

/** Outcome rows for tests that look at where they are kept. */
final class OutcomeRows {
    private OutcomeRows() {}

    /** A row of the window that a time is in, of a process in which nothing happened. */
    static OutcomeRow row(String run, String instance, Instant at) {
        long window = OutcomeRow.WINDOW.toSeconds();
        return new OutcomeRow(
                "a",
                run,
                instance,
                Percentage.of(10),
                Instant.ofEpochSecond(Math.floorDiv(at.getEpochSecond(), window) * window),
                0,
                0,
                OutcomeRow.Arm.EMPTY,
                OutcomeRow.Arm.EMPTY);
    }
}
