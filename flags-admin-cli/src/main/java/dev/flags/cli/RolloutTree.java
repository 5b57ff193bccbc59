package dev.flags.cli;

import dev.flags.model.RolloutRun;
import dev.flags.rollout.RunWatch;
import dev.flags.rollout.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** A rollout for programs. */
final class RolloutTree {
    private RolloutTree() {}

    static Tree of(RolloutView view) {
        RolloutRun run = view.run();
        return Tree.versioned()
                .put("key", view.flag().key())
                .put("environment", view.environment())
                .put("percentage", view.percentage().toBigDecimal())
                .put("revision", view.flag().revision())
                .put("final", run.state().isFinal())
                .put("rollout", rollout(view))
                .put(
                        "controller",
                        view.lease()
                                .map(lease -> new Tree()
                                        .put("holder", lease.holder())
                                        .put("until", lease.until().toString())
                                        .map())
                                .orElse(null))
                .put("watch", view.watch().map(RolloutTree::watch).orElse(null));
    }

    private static Map<String, Object> rollout(RolloutView view) {
        RolloutRun run = view.run();
        Tree tree = new Tree()
                .putAll(FlagView.tree(run))
                .put("why", run.why())
                .put("endedAt", run.endedAt().map(Object::toString).orElse(null));
        Duration bake = view.bake(run.stage());
        tree.put(
                "bakeLeft",
                run.state().isFinal() || bake.isZero()
                        ? null
                        : view.healthy()
                                .map(healthy -> healthy.compareTo(bake) < 0 ? bake.minus(healthy) : Duration.ZERO)
                                .map(Object::toString)
                                .orElse(null));
        return tree.map();
    }

    private static Map<String, Object> watch(RunWatch watch) {
        List<Object> preconditions = new ArrayList<>();
        watch.preconditions().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> preconditions.add(new Tree()
                        .put("name", entry.getKey())
                        .put("passed", entry.getValue().isEmpty())
                        .put("why", entry.getValue())
                        .map()));
        return new Tree()
                .put("at", watch.at().toString())
                .put("controller", watch.controller())
                .put("stage", (long) watch.stage() + 1)
                .put("healthy", watch.healthy().toString())
                .put("guards", (Object)
                        watch.verdicts().stream().map(RolloutTree::verdict).toList())
                .put("advance", (Object)
                        watch.advance().stream().map(RolloutTree::verdict).toList())
                .put("preconditions", (Object) preconditions)
                .put(
                        "instances",
                        watch.instances().isPresent() ? watch.instances().getAsLong() : null)
                .put("usersPerSecond", number(watch.usersPerSecond()))
                .put(
                        "detectsWithin",
                        watch.detectsWithin().map(Object::toString).orElse(null))
                .put("notes", watch.notes())
                .map();
    }

    private static Map<String, Object> verdict(Verdict verdict) {
        return new Tree()
                .put("name", verdict.guard())
                .put("status", verdict.status().name())
                .put("action", verdict.action().name())
                .put("value", number(verdict.value()))
                .put("threshold", number(verdict.threshold()))
                .put("evidence", number(verdict.evidence()))
                .put("since", verdict.since().map(Object::toString).orElse(null))
                .put("shared", verdict.shared())
                .put("treatment", numbers(verdict.treatment()))
                .put("control", numbers(verdict.control()))
                .put("text", verdict.text())
                .map();
    }

    private static Object numbers(List<Double> numbers) {
        List<Object> list = new ArrayList<>();
        numbers.forEach(number -> list.add(number(number)));
        return list;
    }

    private static @Nullable Object number(OptionalDouble number) {
        return number.isPresent() ? number(number.getAsDouble()) : null;
    }

    /** JSON has no word for what is not a number. */
    private static @Nullable Object number(double number) {
        return Double.isFinite(number) ? (Object) number : null;
    }
}
