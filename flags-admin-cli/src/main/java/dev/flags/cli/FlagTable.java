package dev.flags.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The table of {@code list}. */
final class FlagTable {
    private FlagTable() {}

    static String text(Shell shell, List<FlagView> flags) {
        Table table = new Table(shell, "KEY", "STATE", "PERCENT", "STAGE", "REVISION", "UPDATED", "BY");
        for (FlagView flag : flags) {
            Instant updated = flag.state().updatedAt().truncatedTo(ChronoUnit.SECONDS);
            table.row(
                    flag.state().key(),
                    flag.word(),
                    flag.percentage().toString(),
                    flag.stage(),
                    Long.toString(flag.state().revision()),
                    updated.equals(Instant.EPOCH) ? "-" : updated.toString(),
                    flag.state().updatedBy().isEmpty() ? "-" : flag.state().updatedBy());
        }
        return table.toString();
    }
}
