package dev.flags.rollout.controller;

import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunFields;
import dev.flags.rollout.checks.Hooks;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which events of one run have been put into its outbox for the plan's hooks, and what they have to be told. An event is announced once,
 * however many controllers the run has had. Not thread-safe; confine it to one thread.
 */
final class AnnouncedEvents {
    private final RolloutPlan plan;
    private final WatchedRun.Surroundings around;
    private final Set<HookUse.Event> events = EnumSet.noneOf(HookUse.Event.class);
    private final Outbox outbox;
    private Percentage reached;

    /** The id of the last raise that was announced. */
    private String raise = "";

    /** @param record where an earlier controller ended; empty when there was none */
    AnnouncedEvents(RolloutPlan plan, Optional<WatchRecord> record, Percentage served, WatchedRun.Surroundings around) {
        this.plan = plan;
        this.around = around;
        record.ifPresent(earlier -> events.addAll(earlier.announced()));
        this.outbox = record.map(earlier -> Outbox.of(earlier.outbox())).orElseGet(Outbox::new);
        this.reached = record.map(WatchRecord::reached).orElse(served);
    }

    Set<HookUse.Event> events() {
        return Collections.unmodifiableSet(events);
    }

    Outbox outbox() {
        return outbox;
    }

    /** The highest percentage that the run has served. */
    Percentage reached() {
        return reached;
    }

    /** Takes note of how high the run is. A stage may have been reached and left again between two looks. */
    void sees(RolloutRun run, Percentage served) {
        Percentage planned = run.extra().containsKey(RunFields.STAGE_SINCE)
                ? run.stages().get(run.stage()).percentage()
                : Percentage.ZERO;
        reached = Collections.max(List.of(reached, served, planned));
    }

    /** Announces what has happened and was not announced; whether there was anything. */
    boolean announce(FlagState flag, RolloutRun run, Instant now) {
        boolean news = false;
        for (HookUse.Event event : HookEvents.of(run)) {
            if (events.add(event)) {
                Hooks.Call call = HookEvents.call(event, around.environment(), flag, run, reached, now);
                HookEvents.hooks(plan, event).forEach(hook -> tell(hook, call));
                news = true;
            }
        }
        return news;
    }

    /** Announces a raise that is about to be made, once: while the store does not take it, it is tried again at each tick. */
    void beforeRaise(Look look, Step.Advance advance) {
        Hooks.Call call = HookEvents.beforeRaise(around.environment(), look, advance.stage(), advance.why());
        if (raise.equals(call.id())) {
            return;
        }
        raise = call.id();
        HookEvents.hooks(plan, HookUse.Event.BEFORE_RAISE).forEach(hook -> tell(hook, call));
    }

    /** Takes over what an earlier run of the flag left to be told. */
    void inherit(WatchRecord earlier, Optional<Hooks.Call> end) {
        Outbox.of(earlier.outbox()).due(Instant.MAX).forEach(call -> outbox.add(call.hook(), call.call()));
        end.filter(call -> !earlier.announced().contains(call.event()))
                .ifPresent(call ->
                        earlier.ends().getOrDefault(call.event(), List.of()).forEach(hook -> tell(hook, call)));
    }

    private void tell(String hook, Hooks.Call call) {
        if (around.hooks().isConfigured()) {
            outbox.add(hook, call);
        }
    }
}
