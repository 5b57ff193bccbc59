package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.Guard;
import dev.flags.rollout.statistics.RateRatio;
import dev.flags.rollout.statistics.RateRatio.Factor;
import dev.flags.rollout.statistics.RateRatio.Form;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Which users of both arms came to grief, each once in the run, and what that says of the arms: one e-process for each guard that asks, and
 * one with margin 1 for those who only want to know whether the arms differ.
 *
 * <p><b>Sampling.</b> A row's users and failed users are those of a share 2<sup>-sample</sup>, so a row's ratio of them is right at any
 * level, and rows of different levels are added as they are: in each, users and failed users carry the same weight. The run's own level
 * {@link CountedUsers#level} takes failed users away and no users. Where it does so alike for all rows of a factor, that changes nothing:
 * only the ratio ρ of the users matters to the test, and its exact form stays exact, because any set of K users that is chosen blindly to
 * the arms is hypergeometric among all. Where a row was sampled more thinly than another by the run, its users carry the others' weight:
 * theirs are multiplied. Overstated numbers of users make the exact form more careful, never less.
 *
 * <p>Not thread-safe; confine it to one thread.
 */
final class Comparison {
    /** The process that no guard owns; guards have names. */
    private static final String PLAIN = "";

    private final Function<OutcomeRow.Arm, LongStream> grieved;
    private final CountedUsers counted;
    private final List<Guard.Compared> guards;
    private final Map<String, RateRatio> processes = new LinkedHashMap<>();
    private final Set<String> fired = new TreeSet<>();

    private Comparison(boolean latency, List<Guard.Compared> guards, CountedUsers counted) {
        this.grieved = grieved(latency);
        this.guards =
                guards.stream().filter(guard -> guard.latency() == latency).toList();
        this.counted = counted;
    }

    /** By the bound that the arms are compared by one call in twenty is slow, so that fewer users tell as much. */
    private static int most(boolean latency) {
        return latency ? 8_192 : 32_768;
    }

    private static Function<OutcomeRow.Arm, LongStream> grieved(boolean latency) {
        return latency
                ? arm -> arm.bounds().stream().flatMapToLong(bound -> bound.slowUsers().stream())
                : arm -> arm.failedUsers().stream();
    }

    /**
     * Nobody has failed, or was slow.
     *
     * @param latency whether slow users are counted, else failed ones
     * @param guards of both kinds
     */
    static Comparison of(boolean latency, List<Guard.Compared> guards) {
        Comparison comparison = new Comparison(latency, guards, new CountedUsers(most(latency)));
        comparison.processes.put(PLAIN, fresh(1));
        comparison.guards.forEach(guard -> comparison.processes.put(guard.name(), fresh(guard.margin())));
        return comparison;
    }

    private static RateRatio fresh(double margin) {
        return RateRatio.of(Form.CHANGE_POINT, margin);
    }

    RateRatio of(Guard.Compared guard) {
        return Objects.requireNonNull(processes.get(guard.name()));
    }

    /** With margin 1, over the whole run. */
    RateRatio plain() {
        return Objects.requireNonNull(processes.get(PLAIN));
    }

    /**
     * Whether its evidence has passed the bound after any factor: the chance of a false alarm is bounded for that moment, so it does not
     * matter what came after it, or whether anybody looked just then.
     */
    boolean hasFired(Guard.Compared guard) {
        return fired.contains(guard.name());
    }

    /** What was learnt has been acted on: begins anew, with users that were not counted yet. */
    void restart(Guard.Compared guard) {
        processes.put(guard.name(), fresh(guard.margin()));
        fired.remove(guard.name());
    }

    /** Adds rows of one window and one percentage, as one factor. */
    void add(List<OutcomeRow> rows) {
        int thinnest = 0;
        for (OutcomeRow row : rows) {
            thinnest = Math.max(thinnest, thinned(row));
        }
        long treated = 0;
        long controls = 0;
        Set<Long> grievedTreated = new HashSet<>();
        Set<Long> grievedControls = new HashSet<>();
        for (OutcomeRow row : rows) {
            int weight = thinnest - thinned(row);
            treated += row.treatment().users() << weight;
            controls += row.control().users() << weight;
            grieved.apply(row.treatment()).forEach(grievedTreated::add);
            grieved.apply(row.control()).forEach(grievedControls::add);
        }
        // who failed in both arms within one factor counts for the control: nobody knows which was first, and this way
        // no alarm is false
        long failedControls = count(grievedControls);
        long failedTreated = count(grievedTreated);
        counted.settle();
        // a bot that every process counts must not make the treatment look small
        Factor factor = new Factor(treated, failedTreated, controls, failedControls)
                .atLeast(rows.get(0).percentage());
        processes.replaceAll((name, process) -> process.add(factor));
        guards.stream().filter(guard -> of(guard).fires(guard.alpha())).forEach(guard -> fired.add(guard.name()));
    }

    /** At which level users of the run are counted. */
    int level() {
        return counted.level();
    }

    private int thinned(OutcomeRow row) {
        return Math.max(0, counted.level() - row.sample());
    }

    private long count(Set<Long> hashes) {
        long count = 0;
        for (long hash : hashes) {
            count += counted.add(hash) ? 1 : 0;
        }
        return count;
    }

    Map<String, Object> tree() {
        Map<String, Object> states = new LinkedHashMap<>();
        processes.forEach((name, process) -> {
            RateRatio.State state = process.state();
            List<Object> numbers = new ArrayList<>(List.of(state.factors(), state.failedTreatment()));
            numbers.addAll(state.logSums());
            states.put(name, numbers);
        });
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("users", counted.tree());
        tree.put("processes", states);
        tree.put("fired", List.copyOf(fired));
        return tree;
    }

    /** Reads {@link #tree}. */
    static Comparison read(boolean latency, List<Guard.Compared> guards, Tree tree) {
        Comparison comparison = new Comparison(latency, guards, CountedUsers.read(most(latency), tree.tree("users")));
        Tree states = tree.tree("processes");
        comparison.processes.put(PLAIN, process(1, states.fractions(PLAIN)));
        comparison.guards.forEach(guard ->
                comparison.processes.put(guard.name(), process(guard.margin(), states.fractions(guard.name()))));
        tree.list("fired").forEach(guard -> comparison.fired.add(String.valueOf(guard)));
        return comparison;
    }

    private static RateRatio process(double margin, List<Double> numbers) {
        if (numbers.size() < 2) {
            throw new IllegalArgumentException("a process has " + numbers.size() + " numbers");
        }
        return RateRatio.restore(
                Form.CHANGE_POINT,
                margin,
                new RateRatio.State(
                        numbers.get(0).longValue(), numbers.get(1).longValue(), numbers.subList(2, numbers.size())));
    }
}
