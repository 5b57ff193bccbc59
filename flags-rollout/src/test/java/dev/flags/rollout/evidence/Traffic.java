package dev.flags.rollout.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/** Users who call an application of some instances, and the rows that these write. What a scenario wants otherwise, it overrides. */
class Traffic {
    static final int USERS = 20_000;

    final SplittableRandom random;
    final long seed;
    private final int instances;
    private final int callsEach;
    /** The instance that serves the present call. */
    int serving;
    /**
     * Of so many instances, each with so many calls a window.
     */
    Traffic(long seed, int instances, int callsEach) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.instances = instances;
        this.callsEach = callsEach;
    }

    int percent(int instance, long window) {
        return 10;
    }

    /** Who makes the next call. */
    int user(int instance) {
        return random.nextInt(USERS);
    }

    /** The chance that a call fails; {@link #serving} serves it. */
    double failing(int user, boolean treated, long window) {
        return 0.02;
    }

    /** Longer lists of users who failed make a row's level rise. */
    int longestList() {
        return 1_024;
    }

    /** Which of a hundred groups a user is in: not what its hash says. */
    int bucket(int user) {
        return (int) Long.remainderUnsigned(TestRow.user(user + 1_000_003L * (seed + 1)), 100);
    }

    final long hash(int user) {
        return TestRow.user(user + (seed << 24));
    }

    /** The rows of one window. */
    List<TestRow> window(long window) {
        List<TestRow> rows = new ArrayList<>();
        for (int instance = 0; instance < instances; instance++) {
            rows.add(row(instance, window));
        }
        return rows;
    }

    private TestRow row(int instance, long window) {
        serving = instance;
        int percent = percent(instance, window);
        Map<Boolean, Set<Long>> users = Map.of(true, new HashSet<>(), false, new HashSet<>());
        Map<Boolean, Set<Long>> failed = Map.of(true, new HashSet<>(), false, new HashSet<>());
        Map<Boolean, long[]> calls = new HashMap<>(Map.of(true, new long[2], false, new long[2]));
        for (int call = 0; call < callsEach; call++) {
            int user = user(instance);
            boolean treated = bucket(user) < percent;
            calls.get(treated)[0]++;
            users.get(treated).add(hash(user));
            if (random.nextDouble() < failing(user, treated, window)) {
                calls.get(treated)[1]++;
                failed.get(treated).add(hash(user));
            }
        }
        int level = 0;
        while (Math.max(failed.get(true).size(), failed.get(false).size()) > longestList()) {
            long limit = 1L << (63 - level);
            List.of(users, failed)
                    .forEach(lists -> lists.values()
                            .forEach(list -> list.removeIf(hash -> Long.compareUnsigned(hash, limit) >= 0)));
            level++;
        }
        TestRow row = new TestRow("i" + instance, percent, window).sample(level);
        fill(row.treatment(), users.get(true), failed.get(true), calls.get(true));
        fill(row.control(), users.get(false), failed.get(false), calls.get(false));
        return row;
    }

    private static void fill(TestRow.Arm arm, Set<Long> users, Set<Long> failed, long[] calls) {
        arm.users(users.size(), failed.stream().mapToLong(Long::longValue).toArray())
                .calls(calls[0], calls[1]);
    }

    /** Whether the comparison calls the treatment worse within so many windows. */
    boolean fires(int windows) {
        return firesAt(windows) >= 0;
    }

    /** In which window it does; -1 when in none. */
    int firesAt(int windows) {
        Comparison comparison = Comparison.of(false, List.of());
        for (int window = 0; window < windows; window++) {
            Map<Integer, List<dev.flags.outcomes.OutcomeRow>> factors = new HashMap<>();
            for (TestRow each : window(window)) {
                dev.flags.outcomes.OutcomeRow row = each.row();
                factors.computeIfAbsent(row.percentage().buckets(), percentage -> new ArrayList<>())
                        .add(row);
            }
            factors.values().forEach(comparison::add);
            if (comparison.plain().fires(0.01)) {
                return window;
            }
        }
        return -1;
    }
}
