package dev.flags.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The lease and the records in memory. Safe for use by multiple threads. */
final class InMemoryControllerRecords implements ControllerRecords {
    private final Clock clock;

    // all guarded by this
    private final Map<String, String> records = new HashMap<>();
    private @Nullable Lease lease;
    private long fence;

    InMemoryControllerRecords(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Optional<Lease> acquire(String holder, Duration length) {
        Instant now = clock.instant();
        Lease known = lease;
        if (known != null && known.until().isAfter(now) && !known.holder().equals(holder)) {
            return Optional.empty();
        }
        if (known == null || !known.holder().equals(holder)) {
            fence++;
        }
        Lease taken = new Lease(holder, fence, now.plus(length));
        lease = taken;
        return Optional.of(taken);
    }

    @Override
    public synchronized void release(Lease given) {
        if (given.fence() == fence) {
            lease = null;
        }
    }

    @Override
    public synchronized Optional<Lease> holder() {
        return Optional.ofNullable(lease).filter(known -> known.until().isAfter(clock.instant()));
    }

    @Override
    public synchronized Map<String, String> readAll(Set<String> names) {
        Map<String, String> there = new HashMap<>(records);
        there.keySet().retainAll(names);
        return there;
    }

    @Override
    public synchronized boolean write(Lease under, Map<String, Optional<String>> changed) {
        if (under.fence() != fence) {
            return false;
        }
        changed.forEach(
                (name, text) -> text.ifPresentOrElse(record -> records.put(name, record), () -> records.remove(name)));
        return true;
    }
}
