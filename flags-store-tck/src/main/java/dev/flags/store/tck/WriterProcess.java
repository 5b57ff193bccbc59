package dev.flags.store.tck;

import dev.flags.store.CommitOutcome.Committed;
import dev.flags.store.FlagStore;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A process that commits to a store and prints the revision and hash of each commit that it was told has happened, one a line.
 * Arguments: the opener's class name, the location, the environment, the flag, how many commits; and, of a process that also
 * kills, a flag of its own, which it edits, kills and edits on, before it kills the first one.
 */
public final class WriterProcess {
    private static final int ATTEMPTS = 8;

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
                tell(() -> Bench.committed(Bench.raiseByOneBucket(store, args[3])));
                if (args.length > 5 && i == commits / 2) {
                    tell(() -> Bench.committed(Bench.raiseByOneBucket(store, args[5])));
                    tell(() -> Bench.kill(store, args[5]));
                    tell(() -> Bench.committed(Bench.raiseByOneBucket(store, args[5])));
                }
            }
            if (args.length > 5) {
                tell(() -> Bench.kill(store, args[3]));
            }
        }
    }

    /** A store gives up after a while when others always come first, and says that nothing was written; here all come through. */
    private static void tell(Supplier<Committed> commit) {
        Committed done = null;
        for (int attempt = 1; done == null; attempt++) {
            try {
                done = commit.get();
            } catch (StoreUnavailableException e) {
                if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains("nothing was written")) {
                    throw e;
                }
            }
        }
        System.out.println(done.revision() + " " + done.entry().hash());
    }

    static Process start(
            StoreFixture.SharedStore shared, String environment, String key, int commits, String... ownFlag)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of(key, String.valueOf(commits)));
        arguments.addAll(List.of(ownFlag));
        return StoreProcess.start(WriterProcess.class, shared, environment, arguments);
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
