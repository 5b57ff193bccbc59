package dev.flags.outcomes;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** The one daemon thread that reports outcomes; it starts when there is something to report. Safe for use by multiple threads. */
final class ReporterThread {
    /** How often it looks for calls that hang, and whether the window is over. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final OutcomeReporter reporter;
    private final Thread thread = new Thread(this::run, "flags-outcomes");
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean closed;

    ReporterThread(OutcomeReporter reporter) {
        this.reporter = reporter;
        thread.setDaemon(true);
    }

    /** There is something to report. */
    void start() {
        if (!closed && started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    private void run() {
        while (!closed) {
            contained(reporter::tick);
            LockSupport.parkNanos(this, TICK_NANOS);
            // an interrupt would make parking return at once, again and again
            Thread.interrupted();
        }
        contained(reporter::flush);
    }

    private static void contained(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error defect) {
            OutcomeLogs.LOG.error("recording outcomes failed; it goes on", defect);
        }
    }

    /** Hands over what there is, and ends; waits for that no longer than 2 s. */
    void close() {
        closed = true;
        if (!started.get() || Thread.currentThread() == thread) {
            return;
        }
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_WITHIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
