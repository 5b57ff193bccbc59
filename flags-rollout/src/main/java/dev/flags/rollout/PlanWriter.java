package dev.flags.rollout;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans as documents, and as a run keeps them. */
final class PlanWriter {
    private PlanWriter() {}

    /** A whole document. All guards are named, so that a later version with other defaults reads the same plan. */
    static Map<String, Object> document(RolloutPlan plan) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("apiVersion", PlanReader.VERSION);
        tree.put("stages", plan.stages().stream().map(PlanWriter::stage).toList());
        rest(plan, tree);
        return tree;
    }

    /** Everything but the stages, which the run has itself. */
    static Map<String, Object> stored(RolloutPlan plan) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("apiVersion", PlanReader.VERSION);
        rest(plan, tree);
        return tree;
    }

    private static void rest(RolloutPlan plan, Map<String, Object> tree) {
        tree.put("defaultGuards", false);
        putUnlessEmpty(tree, "guards", plan.guards().stream().map(Guard::text).toList());
        putUnlessEmpty(
                tree, "advance", plan.advance().stream().map(AdvanceRule::text).toList());
        putUnlessEmpty(
                tree,
                "preconditions",
                plan.preconditions().stream().map(PreconditionReader::tree).toList());
        putUnlessEmpty(
                tree, "hooks", plan.hooks().stream().map(PlanWriter::hook).toList());
        Map<String, Object> stepBack = new LinkedHashMap<>();
        putUnlessEmpty(
                stepBack,
                "levels",
                plan.stepBack().levels().stream().map(Percentage::toBigDecimal).toList());
        stepBack.put("bake", DurationText.of(plan.stepBack().bake()));
        tree.put("stepBack", stepBack);
        if (!plan.holdBack().isZero()) {
            tree.put("holdBack", plan.holdBack().toString());
        }
        tree.put("soak", DurationText.of(plan.soak()));
        Map<String, Object> missing = new LinkedHashMap<>();
        missing.put("after", DurationText.of(plan.missing().after()));
        missing.put("action", plan.missing().action().text());
        tree.put("missing", missing);
    }

    private static Object stage(Stage stage) {
        return stage.bake().isZero() && !RolloutPlan.needsApproval(stage)
                ? stage.percentage().toBigDecimal()
                : StageText.of(stage);
    }

    private static Map<String, Object> hook(HookUse hook) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("at", hook.at().text());
        tree.put("hook", hook.hook());
        if (hook.gate()) {
            tree.put("gate", true);
        }
        return tree;
    }

    private static void putUnlessEmpty(Map<String, Object> tree, String name, List<?> values) {
        if (!values.isEmpty()) {
            tree.put(name, new ArrayList<>(values));
        }
    }
}
