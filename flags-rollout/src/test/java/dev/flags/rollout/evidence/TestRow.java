package dev.flags.rollout.evidence;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.UserHashes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A row as a process would write it, put together piece by piece. */
final class TestRow {
    static final String RUN = "run-1";
    static final Instant BEGIN = Instant.parse("2026-11-21T12:00:00Z");

    private final String instance;
    private final int percent;
    private final long window;
    private String run = RUN;
    private int sample;
    private long lost;
    private final Arm treatment = new Arm();
    private final Arm control = new Arm();

    /** One arm of it. */
    static final class Arm {
        private long users;
        private long[] failed = {};
        private long calls;
        private long failures;
        private Map<String, Long> codes = Map.of();
        private long diverted;
        private final List<OutcomeRow.Bound> bounds = new ArrayList<>();
        private final SortedMap<Integer, Long> latency = new TreeMap<>();
        private long[] exposures = {};

        /** So many users with one call each, of whom these failed. */
        Arm users(long count, long... failedUsers) {
            users = count;
            failed = failedUsers;
            return calls(count, failedUsers.length);
        }

        Arm calls(long count, long failing) {
            calls = count;
            failures = failing;
            return this;
        }

        Arm code(String code, long count) {
            codes = Map.of(code, count);
            return this;
        }

        Arm diverted(long count) {
            diverted = count;
            return this;
        }

        Arm bound(String bound, long decided, long slow, long... slowUsers) {
            bounds.add(new OutcomeRow.Bound(Duration.parse(bound), decided, slow, UserHashes.of(slowUsers)));
            return this;
        }

        Arm latency(int bin, long count) {
            latency.merge(bin, count, Long::sum);
            return this;
        }

        Arm exposed(long... users) {
            exposures = users;
            return this;
        }

        private OutcomeRow.Arm row() {
            return new OutcomeRow.Arm(
                    users,
                    UserHashes.of(failed),
                    calls,
                    failures,
                    codes,
                    diverted,
                    bounds,
                    latency,
                    UserHashes.of(exposures));
        }
    }

    /** Of a window by its number since {@link #BEGIN}. */
    TestRow(String instance, int percent, long window) {
        this.instance = instance;
        this.percent = percent;
        this.window = window;
    }

    Arm treatment() {
        return treatment;
    }

    Arm control() {
        return control;
    }

    TestRow run(String other) {
        run = other;
        return this;
    }

    TestRow sample(int level) {
        sample = level;
        return this;
    }

    int sample() {
        return sample;
    }

    TestRow lost(long rows) {
        lost = rows;
        return this;
    }

    OutcomeRow row() {
        return new OutcomeRow(
                "atomic-projects",
                run,
                instance,
                Percentage.of(percent),
                at(window),
                sample,
                lost,
                treatment.row(),
                control.row());
    }

    /** When a window, by its number since {@link #BEGIN}, begins. */
    static Instant at(long window) {
        return BEGIN.plus(OutcomeRow.WINDOW.multipliedBy(window));
    }

    /** The hash of a user by his number, as scattered as real ones. */
    static long user(long number) {
        long mixed = (number + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        return mixed == 0 ? 1 : mixed;
    }

    /** Hashes of users {@code from}, {@code from + 1}, and so on. */
    static long[] users(long from, int count) {
        long[] users = new long[count];
        for (int i = 0; i < count; i++) {
            users[i] = user(from + i);
        }
        return users;
    }
}
