package dev.flags.reliability;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;

/**
 * The processor's time that the threads of flags took. An instance that kept a processor busy in an outage would slow down the control as
 * much as itself, so that no comparison of the two would show it. Not thread-safe; confine it to one thread.
 */
final class OwnThreads {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long begin = System.nanoTime();
    private final Map<Long, Long> atBegin = taken();

    private static Map<Long, Long> taken() {
        Map<Long, Long> taken = new HashMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && thread.getThreadName().startsWith("flags-")) {
                taken.put(thread.getThreadId(), THREADS.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return taken;
    }

    /** {@return what share of one processor they took since this was made} */
    double share() {
        long nanos = 0;
        for (Map.Entry<Long, Long> thread : taken().entrySet()) {
            nanos += thread.getValue() - atBegin.getOrDefault(thread.getKey(), 0L);
        }
        return (double) nanos / (System.nanoTime() - begin);
    }
}
