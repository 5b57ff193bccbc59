package dev.flags;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs listeners and log lines, one at a time and in order, on a daemon thread that starts with the first of them. Handing one over
 * takes no lock, because evaluating threads do it. Safe for use by multiple threads.
 */
final class BackgroundTasks {
    private static final Logger log = LoggerFactory.getLogger(Flags.class);

    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    private volatile boolean closed;

    void run(Runnable task) {
        if (closed) {
            return;
        }
        queue.add(task);
        Thread running = thread.get();
        if (running == null) {
            Thread fresh = new Thread(this::runAll, "flags-background");
            fresh.setDaemon(true);
            if (thread.compareAndSet(null, fresh)) {
                fresh.start();
                return;
            }
            running = thread.get();
        }
        LockSupport.unpark(running);
    }

    void close() {
        closed = true;
        queue.clear();
        LockSupport.unpark(thread.get());
    }

    private void runAll() {
        while (!closed) {
            Runnable task = queue.poll();
            if (task == null) {
                LockSupport.park(this);
                continue;
            }
            try {
                task.run();
            } catch (RuntimeException | LinkageError e) {
                log.warn("a listener failed; flags go on being served", e);
            }
        }
    }
}
