package dev.flags.cli;

import dev.flags.admin.WriteOptions;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every write. Filled by picocli. */
final class WriteArgs {
    @Option(names = "--reason", paramLabel = "TEXT", description = "why; kept in the history")
    @Nullable
    String reason;

    @Option(names = "--dry-run", description = "print the difference and the share of users it reaches; change nothing")
    boolean dryRun;

    @Option(
            names = "--expect-revision",
            paramLabel = "N",
            description = "change it only if this is still its revision; otherwise exit code 4")
    @Nullable
    Long expectRevision;

    @Option(
            names = {"-y", "--yes"},
            description = "agree to what would be asked")
    boolean yes;

    WriteOptions toOptions() {
        Long expected = expectRevision;
        return new WriteOptions(
                reason == null ? "" : reason,
                dryRun,
                expected == null ? OptionalLong.empty() : OptionalLong.of(expected),
                yes);
    }
}
