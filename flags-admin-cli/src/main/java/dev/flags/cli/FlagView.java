package dev.flags.cli;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One flag as the command line shows it.
 *
 * @param state its records
 * @param environment where it is
 * @param layer the kind of store it comes from
 */
record FlagView(FlagState state, String environment, String layer) {
    private static final List<String> FURTHER =
            List.of("prerequisites", "targets", "rules", "split", "salt", "bucketBy");

    /** The object that {@code get} and {@code list} print. */
    Tree tree() {
        FlagDefinition definition = state.definition().orElse(null);
        Tree tree = new Tree()
                .put("key", state.key())
                .put("environment", environment)
                .put("state", word())
                .put("enabled", definition != null && definition.enabled())
                .put("killed", killTree())
                .put("percentage", percentage().toBigDecimal())
                .put("variants", definition == null ? Map.of() : definition.variants())
                .put("offVariant", definition == null ? null : definition.offVariant())
                .put("revision", state.revision())
                .put("layer", layer)
                .put("rollout", state.rollout().map(FlagView::tree).orElse(null));
        if (definition != null) {
            tree.put("type", definition.type().id())
                    .put("description", definition.description())
                    .put("owner", definition.owner())
                    .put("tags", definition.tags())
                    .put("expires", definition.expires().map(Object::toString).orElse(null))
                    .put("archived", definition.archived());
            Map<String, Object> document = FlagJson.toTree(definition);
            for (String field : FURTHER) {
                tree.putIf(document.containsKey(field), field, document.get(field));
            }
        }
        tree.put("updatedAt", state.revision() == 0 ? null : state.updatedAt().toString())
                .put("updatedBy", state.updatedBy());
        if (!state.problems().isEmpty()) {
            tree.put(
                    "problems", state.problems().stream().map(Problem::toString).toList());
        }
        return tree;
    }

    private @Nullable Object killTree() {
        KillLatch kill = state.kill().orElse(null);
        return kill == null
                ? null
                : new Tree()
                        .put("at", kill.at().toString())
                        .put("by", kill.by())
                        .put("reason", kill.reason())
                        .map();
    }

    /** A run: its stages count from 1, as people do. */
    static Map<String, Object> tree(RolloutRun run) {
        List<Object> stages = new ArrayList<>();
        for (int i = 0; i < run.stages().size(); i++) {
            RolloutRun.Stage stage = run.stages().get(i);
            stages.add(new Tree()
                    .put("percentage", stage.percentage().toBigDecimal())
                    .put("bake", stage.bake().toString())
                    .put("state", stageState(run, i))
                    .map());
        }
        return new Tree()
                .put("id", run.id())
                .put("state", run.state().name())
                .put("stage", (long) run.stage() + 1)
                .put("stages", stages)
                .put("manual", run.manual())
                .put("startedAt", run.startedAt().toString())
                .put("startedBy", run.startedBy())
                .put("percentageBefore", run.percentageBefore().toBigDecimal())
                .map();
    }

    /** {@code DONE}, {@code PENDING}, or for the stage it stands at the run's own state. */
    static String stageState(RolloutRun run, int index) {
        if (index < run.stage() || run.state() == RolloutRun.State.COMPLETED) {
            return "DONE";
        }
        return index == run.stage() ? run.state().name() : "PENDING";
    }

    /** What it amounts to, in one word. */
    String word() {
        if (state.kill().isPresent()) {
            return "killed";
        }
        FlagDefinition definition = state.definition().orElse(null);
        if (definition == null) {
            return state.problems().isEmpty() ? "undefined" : "malformed";
        }
        if (definition.archived()) {
            return "archived";
        }
        if (!definition.enabled()) {
            return "disabled";
        }
        if (definition.percentage().isFull()) {
            return "on";
        }
        if (!definition.percentage().isZero()) {
            return "partial";
        }
        return definition.rules().isEmpty() && definition.targets().isEmpty() ? "off" : "targeted";
    }

    Percentage percentage() {
        return state.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
    }

    /** "2/3 RUNNING"; a bar where there is no run. */
    String stage() {
        return state.rollout()
                .map(run -> run.stage() + 1 + "/" + run.stages().size() + " " + run.state())
                .orElse("-");
    }
}
