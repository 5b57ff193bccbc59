package dev.flags.outcomes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one arm's calls came to, at one percentage of one run. Safe for use by multiple threads; one at a time may take. */
final class ArmTally {
    private final Taken succeeded = new Taken();
    private final Taken failed = new Taken();
    private final Taken diverted = new Taken();
    private final Codes codes = new Codes();
    private final LatencyBins latency = new LatencyBins();
    private final Taken[] fast = new Taken[InFlight.MAX_BOUNDS];
    private final Taken[] slow = new Taken[InFlight.MAX_BOUNDS];

    private volatile @Nullable InFlight inFlight;

    ArmTally() {
        for (int i = 0; i < InFlight.MAX_BOUNDS; i++) {
            fast[i] = new Taken();
            slow[i] = new Taken();
        }
    }

    int enter(long startNanos, long user) {
        InFlight calls = inFlight;
        if (calls == null) {
            synchronized (this) {
                if (inFlight == null) {
                    inFlight = new InFlight();
                }
                calls = java.util.Objects.requireNonNull(inFlight);
            }
        }
        return calls.enter(startNanos, user);
    }

    /** Gives back the bounds that the call has been counted for; see {@link InFlight#exit}. */
    int exit(int slot, long startNanos) {
        InFlight calls = inFlight;
        return slot == InFlight.NO_SLOT || calls == null ? 0 : calls.exit(slot, startNanos);
    }

    void pass(long nowNanos, long[] bounds, InFlight.Passed told) {
        InFlight calls = inFlight;
        if (calls != null) {
            calls.pass(nowNanos, bounds, (index, user) -> {
                slow[index].increment();
                told.bound(index, user);
            });
        }
    }

    /** Counts a call that has ended, as a success or a failure. */
    void ended(boolean failure, @Nullable String code, long nanos) {
        (failure ? failed : succeeded).increment();
        latency.count(nanos);
        if (code != null) {
            codes.count(code);
        }
    }

    /**
     * Judges a call by the bounds that it was not yet counted for.
     *
     * @return the bounds, one bit each, that it has now been found slow for
     */
    int judge(long nanos, long[] bounds, int already) {
        int found = 0;
        for (int i = 0; i < bounds.length; i++) {
            if ((already & (1 << i)) == 0) {
                boolean isSlow = nanos > bounds[i];
                (isSlow ? slow : fast)[i].increment();
                found |= isSlow ? 1 << i : 0;
            }
        }
        return found;
    }

    void diverted() {
        diverted.increment();
    }

    /** What has come since it was last asked. */
    OutcomeRow.Arm take(WindowUsers users, boolean treated, long[] bounds, int comparison) {
        // failures first: a call that ends meanwhile may be missing from both, but a failure is never without its call
        long failures = failed.take();
        long successes = succeeded.take();
        List<OutcomeRow.Bound> judged = new ArrayList<>();
        for (int i = 0; i < bounds.length; i++) {
            long slowCalls = slow[i].take();
            judged.add(new OutcomeRow.Bound(
                    Duration.ofNanos(bounds[i]),
                    fast[i].take() + slowCalls,
                    slowCalls,
                    i == comparison ? UserHashes.of(users.slow(treated)) : UserHashes.NONE));
        }
        judged.sort(Comparator.comparing(OutcomeRow.Bound::bound));
        return new OutcomeRow.Arm(
                users.users(treated),
                UserHashes.of(users.failed(treated)),
                successes + failures,
                failures,
                codes.take(),
                diverted.take(),
                judged,
                latency.take(),
                UserHashes.of(users.exposed(treated)));
    }
}
