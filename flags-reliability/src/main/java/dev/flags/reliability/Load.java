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
 *
 * <p>It asks two instances, one batch each within microseconds of each other and in changing order: the observed one, and a control that no
 * outage reaches. Both have the same processor, neighbours and pauses, so what differs between them is the outage's own doing.
 */
final class Load implements AutoCloseable {

    /** One decision takes less than the clock can tell: a sample is the mean of so many in a row. */
    static final int BATCH = 16;

    /** So often both are asked between two pauses. */
    private static final int TURNS = 5;

    private static final int USERS = 1_024;

    /** What is being measured now. */
    enum Phase {
        BEFORE,
        DURING,
        NOTHING
    }

    private final Arm[] arms;
    private final long pauseNanos;
    private final String[] users = new String[USERS];
    private final boolean[] half = new boolean[USERS];
    private final List<String> off = new CopyOnWriteArrayList<>();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong thrown = new AtomicLong();
    private final Thread thread;
    private OwnThreads threads = new OwnThreads();
    private double busy;
    private volatile Phase phase = Phase.BEFORE;
    private volatile boolean ended;
    private volatile String firstWrong = "";

    /** An instance that is asked, and how long it took. */
    private static final class Arm {
        final Flags flags;
        final Map<Phase, Latencies> latencies =
                Map.of(Phase.BEFORE, new Latencies(), Phase.DURING, new Latencies(), Phase.NOTHING, new Latencies());

        Arm(Flags flags) {
            this.flags = flags;
        }

        Latencies in(Phase phase) {
            return latencies.getOrDefault(phase, new Latencies());
        }
    }

    Load(Flags flags, Flags control, long pauseNanos) {
        this.arms = new Arm[] {new Arm(flags), new Arm(control)};
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

    /** For one thread alone, as {@link #busy} is. */
    void enter(Phase next) {
        if (phase == Phase.DURING) {
            busy = threads.share();
        }
        phase = next;
        asked.set(0);
        threads = new OwnThreads();
    }

    /** {@return what share of one processor the threads of all instances took in the last phase {@link Phase#DURING}} */
    double busy() {
        return busy;
    }

    /** {@return whether so many samples of each instance were taken since the phase began} */
    boolean hasAsked(long samples) {
        // one may have begun in the phase before
        return asked.get() > samples;
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
    Comparison comparison() {
        return Comparison.of(
                arms[0].in(Phase.BEFORE), arms[0].in(Phase.DURING), arms[1].in(Phase.BEFORE), arms[1].in(Phase.DURING));
    }

    private void run() {
        for (int turn = 0; !ended; turn = (turn + 1) & Integer.MAX_VALUE) {
            int first = turn % (USERS / BATCH) * BATCH;
            // whoever comes first after a pause finds colder caches: the same users are with either in turn
            int order = turn + turn / (USERS / BATCH);
            Phase now = phase;
            for (int i = 0; i < arms.length; i++) {
                ask(arms[(order + i) & 1], now, first);
            }
            asked.incrementAndGet();
            if (turn % TURNS == 0) {
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    private void ask(Arm arm, Phase now, int first) {
        Flags flags = arm.flags;
        try {
            long begin = System.nanoTime();
            int failed = 0;
            for (int i = first; i < first + BATCH; i++) {
                failed += flags.isEnabled(Scene.HALF, users[i], !half[i]) == half[i] ? 0 : 1;
            }
            long took = System.nanoTime() - begin;
            arm.in(now).record(took / BATCH);
            failed += flags.isEnabled(Scene.ON, users[first], false) ? 0 : 1;
            for (String key : off) {
                failed += flags.isEnabled(key, users[first], true) ? 1 : 0;
            }
            if (failed > 0 && wrong.getAndAdd(failed) == 0) {
                firstWrong = "on: " + flags.decide(Scene.ON, null) + ", off: " + off;
            }
        } catch (RuntimeException e) {
            if (thrown.getAndIncrement() == 0) {
                firstWrong = e.toString();
            }
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
