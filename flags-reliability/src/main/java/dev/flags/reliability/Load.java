package dev.flags.reliability;

import dev.flags.Flags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that decides without pause and knows every answer beforehand. A flag that is on is asked with the default false, one that is
 * off with the default true: a code default, or an exposure that moved, is a wrong answer.
 */
final class Load implements AutoCloseable {

    /** One decision takes less than the clock can tell: a sample is the mean of so many in a row. */
    private static final int BATCH = 16;

    private static final int USERS = 1_024;

    /** What is being measured now. */
    enum Phase {
        BEFORE,
        DURING,
        NOTHING
    }

    private final Flags flags;
    private final long pauseNanos;
    private final String[] users = new String[USERS];
    private final boolean[] half = new boolean[USERS];
    private final Map<Phase, Latencies> latencies =
            Map.of(Phase.BEFORE, new Latencies(), Phase.DURING, new Latencies(), Phase.NOTHING, new Latencies());
    private final List<String> off = new CopyOnWriteArrayList<>();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong thrown = new AtomicLong();
    private final Thread thread;
    private volatile Phase phase = Phase.BEFORE;
    private volatile boolean ended;
    private volatile String firstWrong = "";

    Load(Flags flags, long pauseNanos) {
        this.flags = flags;
        this.pauseNanos = pauseNanos;
        for (int i = 0; i < USERS; i++) {
            users[i] = "user-" + i;
            half[i] = flags.isEnabled(Scene.HALF, users[i], false);
        }
        off.add(Scene.KILLED);
        thread = new Thread(this::run, "load");
        thread.setDaemon(true);
        thread.start();
    }

    void enter(Phase next) {
        phase = next;
    }

    /** From now on a flag must be off, whatever happens. */
    void mustStayOff(String key) {
        off.add(key);
    }

    long wrongAnswers() {
        return wrong.get();
    }

    long exceptions() {
        return thrown.get();
    }

    String firstWrong() {
        return firstWrong;
    }

    /** To be read after {@link #stop}. */
    Latencies latencies(Phase of) {
        return latencies.getOrDefault(of, new Latencies());
    }

    private void run() {
        for (int i = 0; !ended; i = (i + BATCH) % USERS) {
            try {
                long begin = System.nanoTime();
                int failed = 0;
                for (int j = i; j < i + BATCH; j++) {
                    failed += flags.isEnabled(Scene.HALF, users[j], !half[j]) == half[j] ? 0 : 1;
                }
                long took = System.nanoTime() - begin;
                latencies(phase).record(took / BATCH);
                failed += flags.isEnabled(Scene.ON, users[i], false) ? 0 : 1;
                for (String key : off) {
                    failed += flags.isEnabled(key, users[i], true) ? 1 : 0;
                }
                if (failed > 0 && wrong.getAndAdd(failed) == 0) {
                    firstWrong = "on: " + flags.decide(Scene.ON, null) + ", off: " + off;
                }
            } catch (RuntimeException e) {
                if (thrown.getAndIncrement() == 0) {
                    firstWrong = e.toString();
                }
            }
            LockSupport.parkNanos(pauseNanos);
        }
    }

    /** Ends it; what was counted can be read then. */
    void stop() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop();
    }
}
