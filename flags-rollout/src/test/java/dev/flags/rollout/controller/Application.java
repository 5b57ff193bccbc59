package dev.flags.rollout.controller;

import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.UserHashes;
import dev.flags.store.FlagStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** The processes of an application, as a controller sees them: the rows that they write of a flag's rollout. */
final class Application {
    private final FlagStore store;
    private final String key;
    private final List<String> instances = new ArrayList<>();
    private int usersInAWindow = 1_000;
    private double treatmentFails = 0.02;
    private double controlFails = 0.02;
    private double treatmentSlow;
    private int breakersOpen;
    private Map<String, Long> codes = Map.of();
    private final double[] saved = new double[2];
    private long failed;
    private long reported = Long.MIN_VALUE;

    /** @param instances how many processes; together they serve a thousand users in each window, of whom 2 % fail */
    Application(FlagStore store, String key, int instances) {
        this.store = store;
        this.key = key;
        for (int i = 0; i < instances; i++) {
            this.instances.add(String.format("%016x", i + 1));
        }
    }

    void treatmentFails(double share) {
        treatmentFails = share;
    }

    void everythingFails(double share) {
        treatmentFails = share;
        controlFails = share;
    }

    void fails(String code) {
        codes = Map.of(code, 1L);
    }

    /** This share of the treatment's calls takes longer than any bound that the run asks for. */
    void treatmentIsSlow(double share) {
        treatmentSlow = share;
    }

    /** In so many processes the breaker keeps calls from the new path. */
    void breakersOpen(int processes) {
        breakersOpen = processes;
    }

    void noCodes() {
        codes = Map.of();
    }

    /** Only so many of the processes are left. */
    void lives(int left) {
        instances.subList(left, instances.size()).clear();
    }

    void users(int inAWindow) {
        usersInAWindow = inAWindow;
    }

    /** Reports the windows that are over, if the flag has a rollout. */
    void report() {
        Instant now = store.now();
        long current = Math.floorDiv(now.toEpochMilli(), OutcomeRow.WINDOW.toMillis());
        if (reported == Long.MIN_VALUE) {
            reported = current - 1;
        }
        FlagState flag = store.flag(key);
        RolloutRun run = flag.rollout().orElse(null);
        if (run == null) {
            reported = current - 1;
            return;
        }
        Percentage percentage = flag.kill().isPresent()
                ? Percentage.ZERO
                : flag.definition().orElseThrow().percentage();
        while (reported < current - 1) {
            reported++;
            Instant window = Instant.ofEpochMilli(reported * OutcomeRow.WINDOW.toMillis());
            List<OutcomeRow> rows = new ArrayList<>();
            for (String instance : instances) {
                long users = usersInAWindow / instances.size();
                long treated = users * percentage.buckets() / Percentage.BUCKETS;
                rows.add(new OutcomeRow(
                        key,
                        run.id(),
                        instance,
                        percentage,
                        window,
                        0,
                        0,
                        arm(
                                treated,
                                treatmentFails,
                                treated > 0 ? codes : Map.of(),
                                instances.indexOf(instance) < breakersOpen ? 3 : 0,
                                bounds(run, treated),
                                0),
                        arm(users - treated, controlFails, Map.of(), 0, List.of(), 1)));
            }
            store.outcomes().orElseThrow().put(rows);
        }
    }

    /** Fractions of a failure are saved up, so that neither arm fails more than it is told to. */
    private OutcomeRow.Arm arm(
            long users,
            double share,
            Map<String, Long> withCodes,
            long diverted,
            List<OutcomeRow.Bound> bounds,
            int which) {
        saved[which] += users * share;
        long failing = Math.min(users, (long) saved[which]);
        saved[which] -= failing;
        long first = failed;
        failed += failing;
        UserHashes hashes = UserHashes.of(LongStream.range(first, first + failing)
                .map(n -> (n + 1) * 0x9E3779B97F4A7C15L)
                .toArray());
        return new OutcomeRow.Arm(
                users, hashes, users, failing, withCodes, diverted, bounds, new TreeMap<>(), UserHashes.NONE);
    }

    private List<OutcomeRow.Bound> bounds(RolloutRun run, long calls) {
        return run.latencyBounds().stream()
                .sorted()
                .map(bound -> new OutcomeRow.Bound(bound, calls, Math.round(calls * treatmentSlow), UserHashes.NONE))
                .toList();
    }
}
