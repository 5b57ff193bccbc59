package dev.flags.store.tck;

import dev.flags.store.CommitOutcome.Committed;
import dev.flags.store.FlagStore;
import dev.flags.store.StorageFlagStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that commits to a store and prints the revision and hash of each commit that it was told has happened, one a line.
 * Arguments: the opener's class name, the location, the environment, the flag, how many commits.
 */
public final class WriterProcess {
    private WriterProcess() {}

    /** The process' entry point. */
    public static void main(String[] args) throws ReflectiveOperationException {
        StoreFixture.StorageOpener opener = Class.forName(args[0])
                .asSubclass(StoreFixture.StorageOpener.class)
                .getDeclaredConstructor()
                .newInstance();
        try (FlagStore store = new StorageFlagStore(opener.open(args[1], args[2]))) {
            int commits = Integer.parseInt(args[4]);
            for (int i = 0; i < commits; i++) {
                Committed done = Bench.committed(Bench.raiseByOneBucket(store, args[3]));
                System.out.println(done.revision() + " " + done.entry().hash());
            }
        }
    }

    static Process start(StoreFixture.SharedStore shared, String environment, String key, int commits)
            throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WriterProcess.class.getName(),
                        shared.opener().getName(),
                        shared.location(),
                        environment,
                        key,
                        String.valueOf(commits)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The lines of a process that has ended; a last line that was cut by its end is left out. */
    static List<String> wholeLines(String output) {
        int end = output.lastIndexOf('\n');
        return end < 0 ? List.of() : output.substring(0, end).lines().toList();
    }

    static String read(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
