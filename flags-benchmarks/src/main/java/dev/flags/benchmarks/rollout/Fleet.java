package dev.flags.benchmarks.rollout;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.UserHashes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The processes of one simulated run: they decide by bucket, count, and write outcome rows as {@code docs/outcome-rows.md} says. Not
 * thread-safe; confine it to one thread.
 */
final class Fleet {
    static final String RUN = "simulated";
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final long seed;
    private final List<Reporting> processes = new ArrayList<>();

    Fleet(long seed, int instances) {
        this.seed = seed;
        for (int i = 0; i < instances; i++) {
            processes.add(new Reporting(String.format("%016x", i + 1)));
        }
    }

    int instances() {
        return processes.size();
    }

    /** From now on this instance decides by this percentage. */
    void serve(int instance, Percentage percentage) {
        processes.get(instance).percentage = percentage;
    }

    /** Whether a user whom this instance serves gets the treatment. */
    boolean isTreated(int instance, int user) {
        return bucket(user) < processes.get(instance).percentage.buckets();
    }

    /** A user's bucket, which is the same in the whole run. */
    int bucket(int user) {
        return (int) (((mix(seed ^ 0x5bf0_3635L, user) >>> 32) * Percentage.BUCKETS) >>> 32);
    }

    /** A call of a user ended in this instance. */
    void ended(int instance, int user, boolean failed) {
        Reporting process = processes.get(instance);
        Percentage percentage = process.percentage;
        Arms arms = process.arms.computeIfAbsent(percentage, p -> new Arms());
        Arm arm = bucket(user) < percentage.buckets() ? arms.treatment : arms.control;
        arm.calls++;
        arm.failures += failed ? 1 : 0;
        if (percentage.isZero() || percentage.isFull()) {
            return; // nobody is drawn by lot
        }
        long hash = mix(seed, user);
        arm.users.add(hash);
        if (failed) {
            arm.failed.add(hash);
        }
        if (hash >>> 32 < (1L << 32) / 64 && process.met.add(hash)) {
            arm.exposures.add(hash);
        }
    }

    /** The rows of a window that is over: one for each instance, also when nothing was called, and each percentage. */
    List<OutcomeRow> rows(int window) {
        List<OutcomeRow> rows = new ArrayList<>();
        for (Reporting process : processes) {
            process.arms.computeIfAbsent(process.percentage, p -> new Arms());
            process.arms.forEach((percentage, arms) -> rows.add(new OutcomeRow(
                    "simulated-flag",
                    RUN,
                    process.name,
                    percentage,
                    at(window),
                    0,
                    0,
                    arms.treatment.row(),
                    arms.control.row())));
            process.arms.clear();
        }
        return rows;
    }

    /** When a window begins. */
    static Instant at(int window) {
        return START.plus(OutcomeRow.WINDOW.multipliedBy(window));
    }

    /** A number drawn by two others; the finaliser of SplitMix64. Never 0. */
    static long mix(long seed, long number) {
        long z = seed + (number + 1) * 0x9e37_79b9_7f4a_7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d0_49bb_1331_11ebL;
        z ^= z >>> 31;
        return z == 0 ? 1 : z;
    }

    private static final class Reporting {
        final String name;
        final Set<Long> met = new HashSet<>();
        final Map<Percentage, Arms> arms = new TreeMap<>();
        Percentage percentage = Percentage.ZERO;

        Reporting(String name) {
            this.name = name;
        }
    }

    private static final class Arms {
        final Arm treatment = new Arm();
        final Arm control = new Arm();
    }

    private static final class Arm {
        final Hashes users = new Hashes();
        final Hashes failed = new Hashes();
        final Hashes exposures = new Hashes();
        long calls;
        long failures;

        OutcomeRow.Arm row() {
            return new OutcomeRow.Arm(
                    users.distinct().size(),
                    failed.distinct(),
                    calls,
                    failures,
                    Map.of(),
                    0,
                    List.of(),
                    Collections.emptySortedMap(),
                    exposures.distinct());
        }
    }

    /** Made for speed: there are a hundred million calls. */
    private static final class Hashes {
        private long[] hashes = new long[8];
        private int size;

        void add(long hash) {
            if (size == hashes.length) {
                hashes = Arrays.copyOf(hashes, 2 * size);
            }
            hashes[size++] = hash;
        }

        UserHashes distinct() {
            return UserHashes.of(Arrays.copyOf(hashes, size));
        }
    }
}
