package dev.flags.rollout.controller;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunFields;
import dev.flags.rollout.checks.Hooks;
import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What hooks are told, worked out from what was committed, by whomever: so nothing is left untold when a controller dies between a
 * commit and a call.
 */
final class HookEvents {
    private static final Set<State> BACK = Set.of(State.ROLLED_BACK, State.ABORTED, State.KILLED);

    /** How many entries of a flag are looked through for the end of a run that another has replaced. */
    private static final int MOST_ENTRIES = 100;

    private HookEvents() {}

    /** The events of a run so far. Those of a run that never raised anything are of no interest to anybody. */
    static List<HookUse.Event> of(RolloutRun run) {
        if (!run.extra().containsKey(RunFields.STAGE_SINCE)) {
            return List.of();
        }
        if (run.state() == State.COMPLETED) {
            return List.of(HookUse.Event.START, HookUse.Event.COMPLETED);
        }
        return BACK.contains(run.state())
                ? List.of(HookUse.Event.START, HookUse.Event.ROLLED_BACK)
                : List.of(HookUse.Event.START);
    }

    /** The names of a plan's hooks for an event that are no gates. */
    static List<String> hooks(RolloutPlan plan, HookUse.Event event) {
        return plan.hooks().stream()
                .filter(use -> use.at() == event && !use.gate())
                .map(HookUse::hook)
                .toList();
    }

    /** The hooks that are to be called at the end, whichever it is. */
    static Map<HookUse.Event, List<String>> ends(RolloutPlan plan) {
        Map<HookUse.Event, List<String>> ends = new EnumMap<>(HookUse.Event.class);
        for (HookUse.Event event : List.of(HookUse.Event.ROLLED_BACK, HookUse.Event.COMPLETED)) {
            List<String> names = hooks(plan, event);
            if (!names.isEmpty()) {
                ends.put(event, names);
            }
        }
        return ends;
    }

    /**
     * What is told of an event.
     *
     * @param reached the highest percentage that the run has served
     */
    static Hooks.Call call(
            HookUse.Event event, String environment, FlagState flag, RolloutRun run, Percentage reached, Instant now) {
        Percentage served = flag.kill().isPresent()
                ? Percentage.ZERO
                : flag.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
        boolean start = event == HookUse.Event.START;
        return new Hooks.Call(
                run.id() + "/" + event.text(),
                event,
                start ? RunFields.stageSince(run) : run.endedAt().orElse(now),
                environment,
                flag.key(),
                run.id(),
                start ? run.startedBy() : flag.updatedBy(),
                event == HookUse.Event.ROLLED_BACK ? reached : run.percentageBefore(),
                served,
                start
                        ? ""
                        : run.why().isEmpty()
                                ? flag.kill().map(kill -> kill.reason()).orElse("")
                                : run.why());
    }

    /** What is told before a raise. */
    static Hooks.Call beforeRaise(String environment, Look look, int stage, String why) {
        return new Hooks.Call(
                raise(look.run(), stage),
                look.run().state() == State.PREFLIGHT ? HookUse.Event.START : HookUse.Event.BEFORE_RAISE,
                look.now(),
                environment,
                look.flag().key(),
                look.run().id(),
                "controller",
                look.percentage(),
                look.run().stages().get(stage).percentage(),
                why);
    }

    static String raise(RolloutRun run, int stage) {
        return Hooks.Call.idOfRaise(run.id(), stage);
    }

    /** How a run ended that another has replaced before anybody looked: what the log says, as a call for its hooks. */
    static Optional<Hooks.Call> endOf(FlagStore store, String key, String run, Percentage reached) {
        for (AuditEntry entry : store.history(Optional.of(key), Long.MAX_VALUE, MOST_ENTRIES)) {
            if (entry.after().get(key) instanceof Map<?, ?> flag
                    && flag.get("rollout") instanceof Map<?, ?> rollout
                    && run.equals(rollout.get("id"))
                    && !(entry.before().get(key) instanceof Map<?, ?> before
                            && rollout.equals(before.get("rollout")))) {
                return call(entry, key, run, flag, rollout, reached);
            }
        }
        return Optional.empty();
    }

    private static Optional<Hooks.Call> call(
            AuditEntry entry, String key, String run, Map<?, ?> flag, Map<?, ?> rollout, Percentage reached) {
        String state = String.valueOf(rollout.get("state"));
        boolean back = BACK.stream().anyMatch(end -> end.name().equals(state));
        if (!back && !State.COMPLETED.name().equals(state)) {
            return Optional.empty();
        }
        HookUse.Event event = back ? HookUse.Event.ROLLED_BACK : HookUse.Event.COMPLETED;
        Percentage served = flag.get("kill") == null && flag.get("definition") instanceof Map<?, ?> definition
                ? percentage(definition.get("percentage"))
                : Percentage.ZERO;
        return Optional.of(new Hooks.Call(
                run + "/" + event.text(),
                event,
                entry.at(),
                entry.environment(),
                key,
                run,
                entry.actor().name(),
                back ? reached : Percentage.ZERO,
                served,
                entry.reason()));
    }

    private static Percentage percentage(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Long || value instanceof BigDecimal
                ? Percentage.of(new BigDecimal(value.toString()))
                : Percentage.ZERO;
    }
}
