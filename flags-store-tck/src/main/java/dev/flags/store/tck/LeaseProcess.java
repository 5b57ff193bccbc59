package dev.flags.store.tck;

import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.Storage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * A process that competes for the lease of a controller and prints the fence of each turn, one a line. Arguments: the opener's class
 * name, the location, the environment, the holder's name, how many turns; with none it takes the lease once, leaves a record, and stays.
 */
public final class LeaseProcess {
    /** The record that each turn adds one to. */
    static final String COUNTER = "counter";

    private LeaseProcess() {}

    /** The process' entry point. */
    public static void main(String[] args) throws ReflectiveOperationException, IOException {
        StoreFixture.StorageOpener opener = Class.forName(args[0])
                .asSubclass(StoreFixture.StorageOpener.class)
                .getDeclaredConstructor()
                .newInstance();
        int turns = Integer.parseInt(args[4]);
        try (Storage storage = opener.open(args[1], args[2])) {
            ControllerRecords records = storage.controllerRecords().orElseThrow();
            if (turns > 0) {
                takeTurns(records, args[3], turns).forEach(System.out::println);
                return;
            }
            Lease lease = records.acquire(args[3], Duration.ofSeconds(1)).orElseThrow();
            records.write(lease, Map.of(COUNTER, Optional.of("left by " + args[3])));
            System.out.println(lease.fence());
            // until it is killed, or its parent is no more
            int ignored = System.in.read();
        }
    }

    /** Takes the lease, adds one to the counter under it, and gives it back, so many times; returns the fences. */
    static List<Long> takeTurns(ControllerRecords records, String holder, int turns) {
        List<Long> fences = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            String incarnation = holder + "/" + turn;
            Lease lease = Awaitility.await()
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(3))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> records.acquire(incarnation, Duration.ofMinutes(10)), Optional::isPresent)
                    .orElseThrow();
            int before = records.read(COUNTER).map(Integer::valueOf).orElse(0);
            if (!records.write(lease, Map.of(COUNTER, Optional.of(String.valueOf(before + 1))))) {
                throw new IllegalStateException(incarnation + " lost a lease of ten minutes");
            }
            fences.add(lease.fence());
            records.release(lease);
        }
        return fences;
    }

    static Process start(StoreFixture.SharedStore shared, String environment, String holder, int turns)
            throws IOException {
        return StoreProcess.start(LeaseProcess.class, shared, environment, List.of(holder, String.valueOf(turns)));
    }
}
