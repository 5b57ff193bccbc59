package dev.flags.rollout;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.AdminVerb;
import dev.flags.admin.FlagStates;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.store.Commit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The beginning of a run, as an edit. */
final class RunStarts {
    private static final Set<State> REPEATABLE = Set.of(State.ABORTED, State.ROLLED_BACK, State.BLOCKED, State.KILLED);

    private final String id;
    private final String key;
    private final String by;
    private final String environment;
    private final List<String> notes;

    /**
     * @param id of the run; made outside the edit, which must be pure
     * @param by who
     * @param notes what a person should know of it
     */
    RunStarts(String id, String key, String by, String environment, List<String> notes) {
        this.id = id;
        this.key = key;
        this.by = by;
        this.environment = environment;
        this.notes = notes;
    }

    /** A run that the controller moves: nothing is raised yet. */
    AdminVerb.Edit controlled(RolloutPlan plan) {
        return found -> controlled(found, plan);
    }

    private AdminVerb.Plan controlled(Commit.Found found, RolloutPlan plan) {
        FlagState before = FlagStates.require(found, key);
        FlagDefinition definition = startable(before);
        requireClimb(definition, plan);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(RunFields.PLAN, PlanWriter.stored(plan));
        List<String> bounds =
                plan.latencyBounds().stream().map(Duration::toString).toList();
        if (!bounds.isEmpty()) {
            fields.put(RunFields.LATENCY_BOUNDS, bounds);
        }
        RolloutRun run = run(found, plan, definition, State.PREFLIGHT, false, fields);
        Percentage last = plan.stages().get(plan.stages().size() - 1).percentage();
        String question = found.settings().isProtected()
                ? "The environment " + environment + " is protected, and this rollout raises " + key + " from "
                        + definition.percentage() + " to " + last + " in "
                        + plan.stages().size()
                        + (plan.stages().size() == 1 ? " stage" : " stages") + " by itself. Go on?"
                : "";
        return new AdminVerb.Plan(
                Map.of(key, FlagStates.rolledOut(before, definition, run)),
                Map.of(),
                Optional.empty(),
                List.of(),
                question,
                notes,
                Map.of());
    }

    /** A run that a person promotes, at its first stage. */
    AdminVerb.Edit manual(RolloutPlan plan) {
        return found -> manual(found, plan);
    }

    private AdminVerb.Plan manual(Commit.Found found, RolloutPlan plan) {
        FlagState before = FlagStates.require(found, key);
        FlagDefinition definition = startable(before);
        requireClimb(definition, plan);
        RolloutRun run = run(
                found,
                plan,
                definition,
                State.RUNNING,
                true,
                Map.of(RunFields.STAGE_SINCE, found.now().toString()));
        return AdminVerb.Plan.flag(
                FlagStates.rolledOut(
                        before, definition.withPercentage(plan.stages().get(0).percentage()), run),
                notes);
    }

    /** The last run once more, from its beginning. */
    AdminVerb.Edit again() {
        return found -> {
            FlagState before = FlagStates.require(found, key);
            RolloutRun last = before.rollout()
                    .orElseThrow(() -> new NoSuchFlagException("the flag '" + key + "' has had no rollout to repeat"));
            startable(before);
            if (!REPEATABLE.contains(last.state())) {
                throw new RolloutException("the last rollout of " + key + " is " + RunMoves.name(last)
                        + "; only one that was aborted, rolled back, blocked or killed is tried again");
            }
            RolloutPlan plan = RolloutPlan.of(last);
            return last.manual() ? manual(found, plan) : controlled(found, plan);
        };
    }

    private RolloutRun run(
            Commit.Found found,
            RolloutPlan plan,
            FlagDefinition definition,
            State state,
            boolean manual,
            Map<String, Object> fields) {
        return new RolloutRun(id, state, 0, plan.stages(), found.now(), by, definition.percentage(), manual, fields);
    }

    private FlagDefinition startable(FlagState state) {
        if (state.kill().isPresent()) {
            throw new RolloutException(
                    "the flag " + key + " is killed; 'flags unkill " + key + "' comes before a rollout");
        }
        if (state.activeRollout().isPresent()) {
            throw new RolloutException("the flag " + key + " has a rollout already, which is "
                    + RunMoves.name(state.activeRollout().get()) + "; promote or abort it");
        }
        FlagDefinition definition = FlagStates.definition(state);
        if (!definition.enabled()) {
            throw new RolloutException(
                    "the flag " + key + " is disabled; 'flags enable " + key + "' comes before a rollout");
        }
        return definition;
    }

    private void requireClimb(FlagDefinition definition, RolloutPlan plan) {
        Percentage first = plan.stages().get(0).percentage();
        if (first.compareTo(definition.percentage()) < 0) {
            throw new RolloutException(
                    "the stage's " + first + " is below the " + definition.percentage() + " that " + key
                            + " serves now; a rollout only climbs. Lower it by 'flags set " + key + " " + first
                            + "' first, or leave that stage out");
        }
    }
}
