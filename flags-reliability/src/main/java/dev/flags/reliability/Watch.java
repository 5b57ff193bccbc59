package dev.flags.reliability;

import dev.flags.Flags;
import dev.flags.FlagsStatus.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** Writes down when the status changed. */
final class Watch implements AutoCloseable {

    private static final long INTERVAL_NANOS = 2_000_000;

    /**
     * One change of the status.
     *
     * @param nanos by {@link System#nanoTime}
     */
    record Change(State state, long nanos) {
        /** {@return such as {@code STALE after 1.2 s}} */
        String since(long begin) {
            return state + " after " + Findings.seconds(Duration.ofNanos(nanos - begin));
        }
    }

    private final Flags flags;
    private final List<Change> changes = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean ended;

    Watch(Flags flags) {
        this.flags = flags;
        changes.add(new Change(flags.status().state(), System.nanoTime()));
        thread = new Thread(this::run, "watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!ended) {
            State now = flags.status().state();
            if (now != changes.get(changes.size() - 1).state()) {
                changes.add(new Change(now, System.nanoTime()));
            }
            LockSupport.parkNanos(INTERVAL_NANOS);
        }
    }

    /** {@return the changes since a time, without the state at that time} */
    List<Change> since(long nanos) {
        return changes.stream().filter(change -> change.nanos() >= nanos).toList();
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
