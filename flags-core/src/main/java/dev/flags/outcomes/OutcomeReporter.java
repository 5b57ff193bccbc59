package dev.flags.outcomes;

import dev.flags.outcomes.Outcomes.Reporting;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Cuts windows and hands their rows over, each time that {@link ReporterThread} asks it to. A row goes once its window is over, and again
 * until it has arrived. A window is cut late when the store keeps the thread waiting; what comes meanwhile counts for the window that has
 * not been cut yet.
 *
 * <p>One thread may tick; {@link #reporting()} is for any.
 */
final class OutcomeReporter {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Collection<FlagOutcomes> flags;
    private final OutcomeSink sink;
    private final LongSupplier nanos;
    private final StoreTime time;
    private final RowQueue queue = new RowQueue();
    private final LongAdder sent = new LongAdder();
    private volatile @Nullable String problem;

    // of the thread that ticks
    private @Nullable String instance;
    private long window = Long.MIN_VALUE;
    private long pauseNanos;
    private long pausedAtNanos;

    /**
     * A reporter under a new incarnation's name.
     *
     * @param flags whose rows are reported; flags may be added
     */
    OutcomeReporter(Collection<FlagOutcomes> flags, OutcomeSink sink, LongSupplier nanos, Clock clock) {
        this.flags = flags;
        this.sink = sink;
        this.nanos = nanos;
        this.time = new StoreTime(nanos, clock);
    }

    /** One look at everything. */
    void tick() {
        boolean pausing = pauseNanos > 0 && nanos.getAsLong() - pausedAtNanos < pauseNanos;
        if (!pausing && time.isOld()) {
            pausing = !attempt(() -> time.ask(sink));
        }
        long now = nanos.getAsLong();
        flags.forEach(flag -> flag.passBounds(now));
        long current = Math.floorDiv(time.now().toEpochMilli(), OutcomeRow.WINDOW.toMillis());
        if (window == Long.MIN_VALUE) {
            window = current;
        }
        // a store whose clock went back would have a window twice, and throw one of the two away
        if (current > window) {
            cut();
            window = current;
        }
        if (!pausing) {
            send();
        }
    }

    private void cut() {
        Instant begun = Instant.ofEpochMilli(Math.multiplyExact(window, OutcomeRow.WINDOW.toMillis()));
        String name = instance;
        if (name == null) {
            // another for each start of the process, unlike a host name
            name = String.format("%016x", new BigInteger(64, new SecureRandom()));
            instance = name;
        }
        String incarnation = name;
        List<OutcomeRow> rows = new ArrayList<>();
        flags.forEach(flag -> rows.addAll(flag.take(incarnation, begun, queue::lost)));
        queue.add(rows);
    }

    private void send() {
        List<OutcomeRow> batch = queue.next();
        while (!batch.isEmpty()) {
            List<OutcomeRow> sending = batch;
            if (!attempt(() -> sink.put(sending))) {
                return;
            }
            queue.sent(batch);
            sent.add(batch.size());
            batch = queue.next();
        }
    }

    private boolean attempt(Runnable work) {
        try {
            work.run();
            if (problem != null) {
                problem = null;
                OutcomeLogs.LOG.info(
                        "outcomes arrive at the store again; {} rows wait, {} were given up",
                        queue.size(),
                        queue.lost());
            }
            pauseNanos = 0;
            return true;
        } catch (RuntimeException | LinkageError e) {
            if (problem == null) {
                OutcomeLogs.LOG.warn(
                        "outcomes do not arrive at the store; they wait, the newest {} minutes of them",
                        OutcomeRow.WINDOW.multipliedBy(RowQueue.MOST_WINDOWS).toMinutes(),
                        e);
            }
            problem = Objects.toString(e.getMessage(), e.toString());
            pauseNanos = pauseNanos == 0 ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            pausedAtNanos = nanos.getAsLong();
            return false;
        }
    }

    /** Cuts the window that runs, and makes one more attempt. */
    void flush() {
        tick();
        cut();
        send();
        if (queue.size() > 0) {
            OutcomeLogs.LOG.warn("closing with {} rows of outcomes that the store did not take", queue.size());
        }
    }

    Reporting reporting() {
        return new Reporting(sent.sum(), queue.size(), queue.lost(), Optional.ofNullable(problem));
    }
}
