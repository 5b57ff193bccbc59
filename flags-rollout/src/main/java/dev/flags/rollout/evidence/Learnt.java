package dev.flags.rollout.evidence;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that was learnt of a run: what judges look at. Not thread-safe; confine it to one thread. */
final class Learnt {
    /** For so many windows, a minute, nobody has to have reported before reports count as missing. */
    private static final int SILENCE = 6;

    final Fleet fleet;
    final History history;
    final Comparison failures;
    final Comparison slowness;
    final Exposures exposures;
    final CriticalCodesSeen codes;
    StageSums stage;
    /** The last time when instances were replaced all at once. */
    Replacement replacement = Replacement.NONE;
    /** The highest percentage of the newest window. */
    Percentage served;

    private final int kept;

    private Learnt(
            RolloutPlan plan,
            Fleet fleet,
            History history,
            Comparison failures,
            Comparison slowness,
            Exposures exposures,
            CriticalCodesSeen codes,
            StageSums stage,
            Percentage served) {
        this.kept = kept(plan);
        this.fleet = fleet;
        this.history = history;
        this.failures = failures;
        this.slowness = slowness;
        this.exposures = exposures;
        this.codes = codes;
        this.stage = stage;
        this.served = served;
    }

    /**
     * Nothing.
     *
     * @param last the window before the first one to come
     */
    static Learnt nothing(RolloutPlan plan, Instant stageSince, long last) {
        History history = new History(plan.latencyBounds(), last);
        return new Learnt(
                plan,
                new Fleet(),
                history,
                Comparison.of(false, compared(plan)),
                Comparison.of(true, compared(plan)),
                Exposures.none(),
                new CriticalCodesSeen(plan.guards()),
                new StageSums(stageSince, history),
                Percentage.ZERO);
    }

    static List<Guard.Compared> compared(RolloutPlan plan) {
        return plan.guards().stream()
                .filter(Guard.Compared.class::isInstance)
                .map(Guard.Compared.class::cast)
                .toList();
    }

    /** How many windows the guards may want to look back. */
    private static int kept(RolloutPlan plan) {
        long most = ComparedJudge.NOBODY;
        for (Guard guard : plan.guards()) {
            if (guard instanceof Guard.Rate rate) {
                most = Math.max(most, (long) RateJudge.WIDEST * Windows.in(rate.sustain()));
            }
        }
        return (int) Math.min(most, 1 << 16);
    }

    /** Another percentage is in force. */
    void enter(Instant stageSince) {
        stage = new StageSums(stageSince, history);
    }

    /** Goes on by a window, with those of its rows that have come in time, and forgets what no guard looks at any more. */
    void next(List<OutcomeRow> rows) {
        history.next();
        use(history.last(), rows);
        rows.stream().map(OutcomeRow::percentage).max(Percentage::compareTo).ifPresent(most -> served = most);
        long last = history.last();
        history.forget(Math.min(last - History.SHOWN + 1, Math.max(stage.first(), last - kept + 1)));
        fleet.forget(last - WindowBits.KEPT + 1);
    }

    /** Takes in rows that are final and were not used before, of one window: one factor for each percentage. */
    void use(long window, List<OutcomeRow> rows) {
        Map<Percentage, List<OutcomeRow>> byPercentage = new TreeMap<>();
        rows.forEach(row -> byPercentage
                .computeIfAbsent(row.percentage(), percentage -> new ArrayList<>())
                .add(row));
        byPercentage.forEach((percentage, factor) -> {
            failures.add(factor);
            slowness.add(factor);
            exposures.add(percentage, factor);
        });
        for (OutcomeRow row : rows) {
            codes.add(row);
            history.add(window, row);
            if (window >= stage.first()) {
                stage.add(row, history);
            }
        }
    }

    /** How many windows of the stage have gone by, as far back as they are kept. */
    long watched() {
        return Math.max(0, history.last() - Math.max(stage.first(), history.first()) + 1);
    }

    WindowSums lastMinute() {
        return history.sum(history.last() - SILENCE + 1, history.last());
    }

    /** Whether nobody has reported for a minute. */
    boolean isSilent() {
        return watched() >= SILENCE && lastMinute().reported() == 0;
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("last", history.last());
        tree.put("served", served.buckets());
        tree.put("stage", stage.tree());
        tree.put("fleet", fleet.tree(history.last()));
        tree.put("failures", failures.tree());
        tree.put("slowness", slowness.tree());
        tree.put("exposures", exposures.tree());
        tree.put("codes", codes.tree());
        tree.put("history", history.tree());
        if (replacement.isThere()) {
            tree.put("replacement", replacement.tree());
        }
        return tree;
    }

    static Learnt read(RolloutPlan plan, Tree tree) {
        long last = tree.number("last");
        History history = History.read(tree.tree("history"), plan.latencyBounds(), last);
        Learnt learnt = new Learnt(
                plan,
                Fleet.read(tree.tree("fleet"), last),
                history,
                Comparison.read(false, compared(plan), tree.tree("failures")),
                Comparison.read(true, compared(plan), tree.tree("slowness")),
                Exposures.read(tree.tree("exposures")),
                CriticalCodesSeen.read(plan.guards(), tree.tree("codes")),
                StageSums.read(tree.tree("stage"), history),
                new Percentage(Math.toIntExact(tree.count("served", Percentage.BUCKETS))));
        learnt.replacement = tree.has("replacement") ? Replacement.read(tree.tree("replacement")) : Replacement.NONE;
        return learnt;
    }
}
