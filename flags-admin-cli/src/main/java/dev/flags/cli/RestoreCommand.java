package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.store.SavedSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "restore",
        description = {
            "Put back what a store has lost, from a saved snapshot of any instance, in one commit.",
            "An empty store gets its history back, which goes on from the snapshot's revision. All kills stay in force.",
            "Exit code 9 when the store has lost nothing."
        })
final class RestoreCommand extends WriteVerb {
    @Option(
            names = "--from",
            required = true,
            paramLabel = "SNAPSHOT",
            description =
                    "the saved snapshot, or a directory of such, of which the one of this environment with the highest revision counts")
    String from = "";

    @Option(names = "--force", description = "also on a store that has lost nothing, where it undoes newer work")
    boolean force;

    RestoreCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return WriteScope.ENVIRONMENT;
    }

    @Override
    public Integer call() {
        Path path = session.shell.path(from);
        if (!Files.isReadable(path)) {
            throw new UsageException("--from: cannot read " + path);
        }
        Path snapshot = Files.isDirectory(path) ? newestIn(path) : path;
        return write(admin -> options -> admin.restore(snapshot, force, options));
    }

    private Path newestIn(Path directory) {
        String environment = session.settings().environment();
        List<Path> files;
        try (Stream<Path> all = Files.list(directory)) {
            files = all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UsageException("--from: cannot read " + directory + ": " + FlagFiles.reason(e), e);
        }
        Path newest = files.stream()
                .max(Comparator.comparingLong(
                        file -> revision(file, environment).orElse(-1L)))
                .filter(file -> revision(file, environment).isPresent())
                .orElseThrow(() -> new UsageException(
                        "--from: there is no saved snapshot of environment " + environment + " in " + directory));
        session.shell.say("restoring from " + newest);
        return newest;
    }

    private static Optional<Long> revision(Path file, String environment) {
        try {
            return Optional.of(
                    SavedSnapshot.read(file, environment).state().head().revision());
        } catch (FlagsException e) {
            return Optional.empty(); // of another environment, damaged, or something else altogether
        }
    }
}
