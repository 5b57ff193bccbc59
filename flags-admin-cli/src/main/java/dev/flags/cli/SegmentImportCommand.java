package dev.flags.cli;

import dev.flags.admin.SegmentImport;
import dev.flags.admin.SegmentImport.MemberFile;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.store.FlagStore;
import dev.flags.store.NotPermittedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = {
            "Give a large segment its members, all of them: fills a new version, and switches to it by one commit.",
            "One targeting key a line, in UTF-8; empty lines and lines that begin with # say nothing."
        })
final class SegmentImportCommand extends WriteVerb {
    private static final long BETWEEN_LINES_NANOS = 2_000_000_000;

    @Parameters(paramLabel = "NAME", description = "the segment; it is made where there is none")
    String name = "";

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "the members; - reads standard input")
    String file = "";

    private long startedAt;
    private long saidAt;

    SegmentImportCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return WriteScope.ENVIRONMENT;
    }

    @Override
    public Integer call() {
        MemberFile members = members();
        try (FlagStore store = session.open()) {
            if (store instanceof ReadOnlyFile) {
                throw new NotPermittedException(
                        store.location() + " is a flag file, which keeps no members of large segments");
            }
            SegmentImport imports = new SegmentImport(store, session.actor());
            return write(store, options -> {
                if (options.dryRun() && !args.dryRun) {
                    return agreedBeforeReading(store);
                }
                return run(imports, members, options);
            });
        }
    }

    /** What a profile wants to have shown before: a file of millions, or standard input, is not read twice for it. */
    private WriteOutcome agreedBeforeReading(FlagStore store) {
        Writing.agree(
                session,
                "This may raise the exposure of flags that use the segment " + name + " in " + session.place(store)
                        + ". Do it?");
        return new WriteOutcome.Done(
                SegmentImport.ACTION,
                List.of(),
                true,
                store.head().revision(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
    }

    private WriteOutcome run(SegmentImport imports, MemberFile members, WriteOptions options) {
        startedAt = System.nanoTime();
        saidAt = startedAt;
        return imports.run(name, members, options, this::progress);
    }

    private void progress(long keys) {
        long now = System.nanoTime();
        if (now - saidAt >= BETWEEN_LINES_NANOS) {
            saidAt = now;
            session.shell.say(String.format(
                    Locale.ROOT, "%,d keys, %,d a second", keys, keys * 1_000_000_000L / Math.max(1, now - startedAt)));
        }
    }

    private MemberFile members() {
        if (file.equals("-")) {
            return new MemberFile("standard input", () -> session.shell.in);
        }
        Path path = session.shell.path(file);
        if (!Files.isReadable(path) || Files.isDirectory(path)) {
            String why = Files.notExists(path) ? "there is no such file" : "it may not be read, or is a directory";
            throw new UsageException("cannot read " + file + ": " + why);
        }
        return new MemberFile(String.valueOf(path.getFileName()), () -> open(path));
    }

    private static InputStream open(Path path) throws IOException {
        return Files.newInputStream(path);
    }
}
