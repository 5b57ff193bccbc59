package dev.flags;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What must not happen on an evaluating thread: log lines and listeners, one at a time on a daemon thread that is started when
 * there is something to do and ends when there has been nothing for a while. Handing over takes no lock. Safe for use by
 * multiple threads.
 */
final class BackgroundTasks {
    private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Thread> worker = new AtomicReference<>();
    private volatile boolean closed;

    /** Never throws and never waits; after {@link #close} it does nothing. */
    void submit(Runnable task) {
        if (closed) {
            return;
        }
        try {
            tasks.add(task);
            Thread running = worker.get();
            if (running != null) {
                LockSupport.unpark(running);
            } else {
                startWorker();
            }
        } catch (Throwable noThreadToBeHad) {
            // a line in the log is not worth the caller's request
            worker.set(null);
        }
    }

    private void startWorker() {
        Thread thread = new Thread(this::work, "flags-background");
        thread.setDaemon(true);
        if (worker.compareAndSet(null, thread)) {
            thread.start();
        }
    }

    private void work() {
        Thread self = Thread.currentThread();
        long idleSince = System.nanoTime();
        while (!closed) {
            Runnable task = tasks.poll();
            if (task != null) {
                runContained(task);
                idleSince = System.nanoTime();
                continue;
            }
            long left = IDLE_NANOS - (System.nanoTime() - idleSince);
            if (left > 0) {
                LockSupport.parkNanos(this, left);
                // an interrupt that a listener left behind would make parking return at once, again and again
                Thread.interrupted();
                continue;
            }
            worker.set(null);
            // a task that was added just before is done by this thread, unless another has been started for it
            if (tasks.isEmpty() || !worker.compareAndSet(null, self)) {
                return;
            }
        }
        tasks.clear();
    }

    private static void runContained(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrownByAListener) {
            try {
                Logs.RUNTIME.error("a listener of flags failed", thrownByAListener);
            } catch (Throwable thrownByTheLog) {
                // nowhere left to tell it
            }
        }
    }

    /** Ends the thread; a task that runs is interrupted and given a moment. */
    void close() {
        closed = true;
        Thread running = worker.get();
        if (running != null && running != Thread.currentThread()) {
            running.interrupt();
            try {
                running.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
