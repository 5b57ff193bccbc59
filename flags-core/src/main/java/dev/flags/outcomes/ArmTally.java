package dev.flags.outcomes;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one arm's calls came to, at one percentage of one run.
 *
 * <p>A call that ends is counted once, in a latency bin, and what else can be told from that is not counted beside it: calls are the sum of
 * all bins, and nearly every call is {@linkplain Bounds#areAllAbove certain} to be faster than every bound, so that those are kept apart
 * by how many bounds there were, and need no counter of each bound.
 *
 * <p>Safe for use by multiple threads; one at a time may take.
 */
final class ArmTally {
    /** Calls that were faster than every bound, by how many bounds there were. */
    private final LatencyBins[] fasterThanAll = new LatencyBins[InFlight.MAX_BOUNDS + 1];
    /** All others, each compared with each bound. */
    private final LatencyBins compared = new LatencyBins();

    private final Taken failed = new Taken();
    private final Taken diverted = new Taken();
    private final Codes codes = new Codes();
    private final Taken[] fast = new Taken[InFlight.MAX_BOUNDS];
    private final Taken[] slow = new Taken[InFlight.MAX_BOUNDS];

    private volatile @Nullable InFlight inFlight;

    ArmTally() {
        for (int i = 0; i < InFlight.MAX_BOUNDS; i++) {
            fast[i] = new Taken();
            slow[i] = new Taken();
        }
        for (int i = 0; i < fasterThanAll.length; i++) {
            fasterThanAll[i] = new LatencyBins();
        }
    }

    int enter(long startNanos, long user) {
        InFlight calls = inFlight;
        if (calls == null) {
            synchronized (this) {
                if (inFlight == null) {
                    inFlight = new InFlight();
                }
                calls = Objects.requireNonNull(inFlight);
            }
        }
        return calls.enter(startNanos, user);
    }

    /** Ends looking after a call; returns the bounds, one bit each, that it was counted as slow for while it ran. */
    int exit(int slot, long startNanos) {
        InFlight calls = inFlight;
        return slot == InFlight.NO_SLOT || calls == null ? 0 : calls.exit(slot, startNanos);
    }

    void pass(long nowNanos, Bounds bounds, InFlight.Passed told) {
        InFlight calls = inFlight;
        if (calls != null) {
            calls.pass(nowNanos, bounds, (index, user) -> {
                slow[index].increment();
                told.bound(index, user);
            });
        }
    }

    /**
     * Counts a call that has ended, as a success or a failure.
     *
     * @param already the bounds, one bit each, that it was counted as slow for while it ran
     * @return the bounds that it has now been found slow for
     */
    int ended(long nanos, Bounds bounds, int already, boolean failure, @Nullable String code) {
        int bin = LatencyBins.bin(nanos);
        int found = 0;
        if (already == 0 && bounds.areAllAbove(bin)) {
            fasterThanAll[bounds.count()].count(bin);
        } else {
            compared.count(bin);
            found = compare(nanos, bounds, already);
        }
        // after the call itself, so that no row has a failure without its call
        if (failure) {
            failed.increment();
        }
        if (code != null) {
            codes.count(code);
        }
        return found;
    }

    private int compare(long nanos, Bounds bounds, int already) {
        int found = 0;
        for (int i = 0; i < bounds.count(); i++) {
            if ((already & (1 << i)) == 0) {
                boolean isSlow = nanos > bounds.nanos(i);
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
    OutcomeRow.Arm take(WindowUsers users, boolean treated, Bounds bounds, int comparison) {
        // failures first: a call that ends meanwhile may be missing from both, but a failure is never without its call
        long failures = failed.take();
        SortedMap<Integer, Long> latency = new TreeMap<>();
        long calls = compared.takeInto(latency);
        for (int count = 0; count < fasterThanAll.length; count++) {
            long faster = fasterThanAll[count].takeInto(latency);
            calls += faster;
            // also of a bound that this row does not have yet: that is told with the next
            for (int i = 0; i < count; i++) {
                fast[i].add(faster);
            }
        }
        List<OutcomeRow.Bound> judged = new ArrayList<>();
        for (int i = 0; i < bounds.count(); i++) {
            long slowCalls = slow[i].take();
            judged.add(new OutcomeRow.Bound(
                    Duration.ofNanos(bounds.nanos(i)),
                    fast[i].take() + slowCalls,
                    slowCalls,
                    i == comparison ? UserHashes.of(users.slow(treated)) : UserHashes.NONE));
        }
        judged.sort(Comparator.comparing(OutcomeRow.Bound::bound));
        return new OutcomeRow.Arm(
                users.users(treated),
                UserHashes.of(users.failed(treated)),
                calls,
                failures,
                codes.take(),
                diverted.take(),
                judged,
                latency,
                UserHashes.of(users.exposed(treated)));
    }
}
