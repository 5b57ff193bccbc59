package dev.flags.outcomes;

import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.CompiledFlag;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one flag's calls in this process: what they came to, the breaker, and, while a rollout runs, the tallies for
 * its rows. Calls go through here; they meet no lock. Safe for use by multiple threads.
 */
final class FlagOutcomes {
    /** Percentages and runs of one flag that may have calls on their way at once. */
    private static final int MAX_TALLIES = 8;

    /** Watching goes on for this long after a run has ended; and this long a percentage's tally is kept for calls that are late. */
    private static final long AFTERWARDS_NANOS = Duration.ofMinutes(30).toNanos();

    final String key;
    final LongSupplier nanos;
    private final Choice defaultChoice;
    final PathCounts treatment = new PathCounts();
    final PathCounts control = new PathCounts();
    final LongAdder fallbacks = new LongAdder();
    private final LongAdder diverted = new LongAdder();
    private final BreakerPolicy policy;
    private final BreakerChanges changes;

    private volatile Breaker breaker;
    private volatile Current current;

    // guarded by this
    private final List<Tally> tallies = new ArrayList<>();
    private @Nullable String breakerOf;
    private @Nullable String ended;
    private long endedSeenNanos;

    /** Told of what the breaker of this process does, of the newest run's. */
    interface BreakerChanges {
        /** It does something else than before. */
        void changed();

        /** A run has begun, so the breaker is closed, and it was not. */
        void begunAnew();
    }

    /** The routes of one form of the flag. */
    final class Current {
        final @Nullable CompiledFlag form;
        final @Nullable Tally tally;
        private final Route[] routes = new Route[4];

        Current(@Nullable CompiledFlag form, @Nullable Tally tally) {
            this.form = form;
            this.tally = tally;
            for (int i = 0; i < routes.length; i++) {
                routes[i] = new Route(FlagOutcomes.this, this, form, tally, breaker, (i & 1) != 0, (i & 2) != 0);
            }
        }

        boolean isCurrent() {
            return current == this;
        }

        Route route(boolean on, boolean compared) {
            return routes[(on ? 1 : 0) + (compared ? 2 : 0)];
        }
    }

    FlagOutcomes(String key, LongSupplier nanos, BreakerPolicy policy, BreakerChanges changes) {
        this.key = key;
        this.nanos = nanos;
        this.defaultChoice = Choice.ofKnown(key);
        this.policy = policy;
        this.changes = changes;
        this.breaker = closedBreaker();
        this.current = new Current(null, null);
    }

    private Breaker closedBreaker() {
        return new Breaker(policy, nanos, by -> {
            // one of an earlier run still hears of calls that end late
            if (by == breaker) {
                changes.changed();
            }
        });
    }

    Choice defaultChoice() {
        return defaultChoice;
    }

    /**
     * The route of a call that this form of the flag has decided.
     *
     * @param keptLayer the layer whose flags' rows are kept; null when nobody asks for any
     */
    Route route(CompiledFlag form, boolean on, boolean compared, @Nullable String keptLayer) {
        Current now = current;
        return now.form == form ? now.route(on, compared) : pinned(form, on, compared, keptLayer);
    }

    /** Of a pinned snapshot, or of one that was served this very moment. */
    private Route pinned(CompiledFlag form, boolean on, boolean compared, @Nullable String keptLayer) {
        RolloutRun run = form.rollout();
        boolean isKept = keptLayer != null && keptLayer.equals(form.layer());
        Tally tally = !isKept || run == null || run.state().isFinal() ? null : tally(run, form.percentageInForce());
        return new Route(this, null, form, tally, breaker, on, compared);
    }

    /** Takes note of what is served now. */
    synchronized void follow(@Nullable CompiledFlag flag, boolean isKept) {
        if (flag != null && flag.rollout() != null) {
            beginAnew(flag.rollout());
        }
        RolloutRun run = flag == null || !isKept ? null : flag.rollout();
        if (flag == null || run == null || !isWatched(run)) {
            current = new Current(flag, null);
            return;
        }
        Tally tally = tally(run, flag.percentageInForce());
        tally.judge(run);
        current = new Current(flag, tally);
    }

    /** A run begins with a closed breaker, or what the one before it left behind would count against it. */
    private void beginAnew(RolloutRun run) {
        if (run.state().isFinal()
                || run.state() == RolloutRun.State.DRAFT
                || run.id().equals(breakerOf)) {
            return;
        }
        breakerOf = run.id();
        boolean wasClosed = breaker.isClosed();
        breaker = closedBreaker();
        if (!wasClosed) {
            changes.begunAnew();
        }
    }

    /** A run that has ended goes on being watched for a while, if this process saw it run. */
    private boolean isWatched(RolloutRun run) {
        if (!run.state().isFinal()) {
            ended = null;
            return run.state() != RolloutRun.State.DRAFT;
        }
        if (!run.id().equals(ended)) {
            if (tallies.stream().noneMatch(tally -> tally.run.id.equals(run.id()))) {
                return false;
            }
            ended = run.id();
            endedSeenNanos = nanos.getAsLong();
        }
        return nanos.getAsLong() - endedSeenNanos < AFTERWARDS_NANOS;
    }

    private synchronized Tally tally(RolloutRun run, Percentage percentage) {
        Tally.Run shared = null;
        for (Tally tally : tallies) {
            if (tally.run.id.equals(run.id())) {
                if (tally.percentage.equals(percentage)) {
                    return tally;
                }
                shared = tally.run;
            }
        }
        Tally made = new Tally(shared == null ? new Tally.Run(run.id()) : shared, percentage);
        made.judge(run);
        made.quietSinceNanos = nanos.getAsLong();
        tallies.add(made);
        return made;
    }

    /** Begins to watch a call, unless the breaker sends it the old path. */
    Observation observe(
            Route route,
            Choice choice,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes) {
        boolean on = route.on;
        Tally tally = route.tally;
        Breaker.Admission admission = on && choice.usesBreaker() ? route.breaker.admit() : Breaker.Admission.ADMITTED;
        if (admission == Breaker.Admission.DIVERTED) {
            divert(tally);
            return Observation.uncounted(false);
        }
        long user = tally == null ? 0 : route.user(targetingKey, subject, attributes);
        long start = nanos.getAsLong();
        int slot = tally == null ? InFlight.NO_SLOT : tally.begun(on, choice, start, user);
        return new Observation(route, slot, start, user, choice, admission);
    }

    void divert(@Nullable Tally tally) {
        diverted.increment();
        if (tally != null) {
            tally.arm(true).diverted();
        }
    }

    /** A call has ended by throwing. */
    void thrown(
            Route route,
            int slot,
            long start,
            long user,
            Choice choice,
            Breaker.Admission admission,
            Throwable failure) {
        if (choice.counts(failure)) {
            ended(route, slot, start, user, admission, true, choice.codeOf(failure));
        } else if (Choice.isInterruption(failure)) {
            givenUp(route, slot, start, admission);
        } else {
            ended(route, slot, start, user, admission, false, null);
        }
    }

    /** A call has ended, well or not. */
    void ended(
            Route route,
            int slot,
            long start,
            long user,
            Breaker.Admission admission,
            boolean failure,
            @Nullable String code) {
        long took = nanos.getAsLong() - start;
        (route.on ? treatment : control).count(failure, took);
        if (route.tally != null) {
            route.tally.ended(route.on, slot, start, took, user, failure, code);
        }
        if (route.on) {
            route.breaker.ended(admission, failure);
        }
    }

    /** A call was given up: it says nothing of its path. */
    private void givenUp(Route route, int slot, long start, Breaker.Admission admission) {
        if (route.tally != null) {
            route.tally.givenUp(route.on, slot, start);
        }
        if (admission == Breaker.Admission.TRIAL) {
            route.breaker.triedInVain();
        }
    }

    synchronized void passBounds(long nowNanos) {
        tallies.forEach(tally -> tally.passBounds(nowNanos));
    }

    /** The rows of a window that has ended: of the percentage in force in any case, because no row would mean a dead process. */
    synchronized List<OutcomeRow> take(String instance, Instant window, ToLongFunction<String> lost) {
        long now = nanos.getAsLong();
        Current served = current;
        if (ended != null && now - endedSeenNanos >= AFTERWARDS_NANOS) {
            served = new Current(served.form, null);
            current = served;
        }
        List<OutcomeRow> rows = new ArrayList<>();
        for (Tally tally : List.copyOf(tallies)) {
            OutcomeRow row = tally.take(key, instance, window, lost.applyAsLong(tally.run.id));
            boolean isServed = tally == served.tally;
            if (isServed || !row.isEmpty()) {
                rows.add(row);
                tally.quietSinceNanos = now;
            } else if (now - tally.quietSinceNanos > AFTERWARDS_NANOS) {
                tallies.remove(tally);
            }
        }
        while (tallies.size() > MAX_TALLIES) {
            tallies.remove(tallies.get(0) == served.tally ? 1 : 0);
        }
        return rows;
    }

    FlagCalls calls() {
        return new FlagCalls(key, treatment.sums(), control.sums(), fallbacks.sum(), diverted.sum());
    }

    BreakerStatus breaker() {
        return breaker.status(key, diverted.sum());
    }
}
