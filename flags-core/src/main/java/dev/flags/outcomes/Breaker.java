package dev.flags.outcomes;

import dev.flags.model.Percentage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Keeps one process from one flag's new path while it fails, in one run: the next begins with a closed one of its own. Its whole state is
 * one immutable value that is replaced by compare-and-set.
 *
 * <p>While all is well a call costs one read and one addition, and only a failure looks at the sums. It compares them with what they
 * were at the beginning of the window; that beginning is noted by failures, too, after the sums include the failure itself, so that a
 * single failure after a quiet day begins a window and does not stand in it.
 *
 * <p>Safe for use by multiple threads.
 */
final class Breaker {
    enum Admission {
        /** Takes the new path. */
        ADMITTED,
        /** Takes the new path, to see how it does. */
        TRIAL,
        /** Takes the old path. */
        DIVERTED
    }

    /** Of flags that are not counted; nobody ever asks it. */
    static final Breaker NONE = new Breaker(BreakerPolicy.never(), () -> 0, unused -> {});

    private final BreakerPolicy policy;
    private final LongSupplier nanos;
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final Consumer<Breaker> changed;
    private final AtomicReference<State> state;

    private sealed interface State permits Closed, Open, HalfOpen {}

    /** Sums at a moment. */
    private record Sums(long atNanos, long calls, long failures) {}

    /**
     * All take the new path.
     *
     * @param older where the window begins
     * @param newer where the next one will
     */
    private record Closed(Sums older, Sums newer) implements State {}

    private record Open(long sinceNanos, long pauseNanos, long calls, long failures) implements State {}

    /**
     * Trials.
     *
     * @param wellDone how many have done well
     * @param trying whether one is on its way
     * @param sinceNanos since when
     */
    private record HalfOpen(long pauseNanos, int wellDone, boolean trying, long sinceNanos) implements State {}

    /**
     * A closed one.
     *
     * @param nanos this process' clock
     * @param changed told of this after each change of what it does
     */
    Breaker(BreakerPolicy policy, LongSupplier nanos, Consumer<Breaker> changed) {
        this.policy = policy;
        this.nanos = nanos;
        this.changed = changed;
        this.state = new AtomicReference<>(closedFrom(sums()));
    }

    private Sums sums() {
        long failures = failed.sum();
        return new Sums(nanos.getAsLong(), failures + succeeded.sum(), failures);
    }

    private static Closed closedFrom(Sums sums) {
        return new Closed(sums, sums);
    }

    boolean isClosed() {
        return state.get() instanceof Closed;
    }

    /** What a call for the new path does. One that is a trial must be told of with {@link #ended} or {@link #triedInVain}. */
    Admission admit() {
        return state.get() instanceof Closed ? Admission.ADMITTED : admitCarefully();
    }

    private Admission admitCarefully() {
        while (true) {
            State now = state.get();
            long at = nanos.getAsLong();
            if (now instanceof Open open) {
                if (at - open.sinceNanos() < open.pauseNanos()) {
                    return Admission.DIVERTED;
                }
                if (enter(now, new HalfOpen(open.pauseNanos(), 0, true, at))) {
                    return Admission.TRIAL;
                }
            } else if (now instanceof HalfOpen half) {
                if (half.trying() && at - half.sinceNanos() < half.pauseNanos()) {
                    return Admission.DIVERTED;
                }
                if (half.trying()) {
                    // a trial that has not come back for so long has not done well
                    enter(now, reopened(half.pauseNanos(), at));
                } else if (state.compareAndSet(now, new HalfOpen(half.pauseNanos(), half.wellDone(), true, at))) {
                    return Admission.TRIAL;
                }
            } else {
                return Admission.ADMITTED;
            }
        }
    }

    /** How a call of the new path ended. */
    void ended(Admission admission, boolean failure) {
        (failure ? failed : succeeded).increment();
        if (admission == Admission.TRIAL) {
            tried(!failure);
        } else if (failure) {
            failed();
        }
    }

    /** A call has failed that was no trial, and is counted. */
    private void failed() {
        while (true) {
            if (!(state.get() instanceof Closed closed)) {
                return;
            }
            Sums now = sums();
            Closed current = closed;
            long age = now.atNanos() - closed.newer().atNanos();
            if (age >= policy.window().toNanos() / 2) {
                current = age >= policy.window().toNanos() ? closedFrom(now) : new Closed(closed.newer(), now);
                if (!state.compareAndSet(closed, current)) {
                    continue;
                }
            }
            long calls = now.calls() - current.older().calls();
            long failures = now.failures() - current.older().failures();
            boolean tooMany = calls >= policy.minimumCalls()
                    && failures * Percentage.BUCKETS > calls * policy.failures().buckets();
            if (!tooMany
                    || enter(current, new Open(now.atNanos(), policy.pause().toNanos(), calls, failures))) {
                return;
            }
        }
    }

    private void tried(boolean well) {
        while (true) {
            State now = state.get();
            if (!(now instanceof HalfOpen half) || !half.trying()) {
                // it came back so late that it was given up
                return;
            }
            State next;
            if (!well) {
                next = reopened(half.pauseNanos(), nanos.getAsLong());
            } else if (half.wellDone() + 1 < policy.trials()) {
                next = new HalfOpen(half.pauseNanos(), half.wellDone() + 1, false, half.sinceNanos());
            } else {
                next = closedFrom(sums());
            }
            if (enter(now, next)) {
                return;
            }
        }
    }

    /** A trial ended as neither: interrupted. The next call tries. */
    void triedInVain() {
        while (state.get() instanceof HalfOpen half && half.trying()) {
            if (state.compareAndSet(half, new HalfOpen(half.pauseNanos(), half.wellDone(), false, half.sinceNanos()))) {
                return;
            }
        }
    }

    private Open reopened(long pauseNanos, long at) {
        return new Open(at, Math.min(2 * pauseNanos, policy.longestPause().toNanos()), 0, 0);
    }

    private boolean enter(State before, State after) {
        if (!state.compareAndSet(before, after)) {
            return false;
        }
        if (before.getClass() != after.getClass()) {
            changed.accept(this);
        }
        return true;
    }

    BreakerStatus status(String flag, long diverted) {
        State now = state.get();
        return now instanceof Open open
                ? new BreakerStatus(flag, BreakerStatus.State.OPEN, open.calls(), open.failures(), diverted)
                : now instanceof HalfOpen half
                        ? new BreakerStatus(flag, BreakerStatus.State.HALF_OPEN, half.wellDone(), 0, diverted)
                        : new BreakerStatus(flag, BreakerStatus.State.CLOSED, 0, 0, diverted);
    }
}
