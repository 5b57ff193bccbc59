package dev.flags.rollout.controller;

import dev.flags.model.FlagDefinition;
import dev.flags.model.RolloutRun.Stage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunFields;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The state machine of a controlled run: from what is known of it to the one step that is taken now. Pure: no clock, no I/O.
 *
 * <p>The order of the questions is the meaning. What takes the treatment away comes before everything, in every state that is not
 * final, so that nothing (a pause, a hold, a wrong split) can hide it. What holds comes before what climbs. A raise is last, and needs
 * everything.
 */
final class RunMachine {
    private RunMachine() {}

    static Step next(Look look, ControllerSettings settings) {
        State state = look.run().state();
        if (state.isFinal() || state == State.DRAFT || look.run().manual()) {
            return new Step.Stay("");
        }
        if (state == State.PREFLIGHT) {
            return preflight(look);
        }
        if (!look.run().extra().containsKey(RunFields.STAGE_SINCE)) {
            return new Step.Stay("was stopped before it began"); // there is nothing to take back
        }
        Optional<Step> down = down(look, settings);
        if (down.isPresent()) {
            return down.get();
        }
        return switch (state) {
            case ROLLING_BACK -> rollingBack(look);
            case HOLDING -> holding(look, settings);
            case PAUSED -> new Step.Stay("paused by a person");
            case AWAITING_APPROVAL ->
                look.judgement().hold().isPresent()
                        ? new Step.Hold(look.judgement().hold().get())
                        : RunFields.isApproved(look.run())
                                ? climb(look, settings)
                                : new Step.Stay("waits for approval");
            default -> look.judgement().hold().<Step>map(Step.Hold::new).orElseGet(() -> climb(look, settings));
        };
    }

    /** Nothing was raised yet, so there is nothing to take back: it begins, or it does not. */
    private static Step preflight(Look look) {
        if (!isServed(look)) {
            return new Step.Block("the flag is disabled");
        }
        // that too little is reported of a path that nobody takes yet says nothing
        if (look.judgement().breached().isPresent()) {
            return new Step.Block(look.judgement().breached().get());
        }
        if (look.unmet().isPresent()) {
            String why = look.unmet().get();
            return look.unanswered() ? new Step.Stay(why) : new Step.Block(why);
        }
        // a measurement is not of the path: were a stage begun before it is known, a breach that was there already
        // would be a rollback
        if (look.judgement().unmeasured().isPresent()) {
            return new Step.Stay(look.judgement().unmeasured().get());
        }
        if (!look.plan().gates(true).isEmpty()) {
            if (look.gate().isEmpty()) {
                return new Step.AskGates(0);
            }
            if (!look.gate().get().passed()) {
                return new Step.Block(look.gate().get().why());
            }
        }
        return new Step.Begin("all preconditions are met");
    }

    /** What takes the treatment away: from everybody, or from those above the next level. */
    private static Optional<Step> down(Look look, ControllerSettings settings) {
        boolean rollingBack = look.run().state() == State.ROLLING_BACK;
        if (rollingBack && look.percentage().isZero()) {
            return Optional.empty();
        }
        Judgement judgement = look.judgement();
        Optional<String> straight =
                judgement.rollBack().or(() -> rollingBack ? judgement.critical() : Optional.empty());
        if (straight.isPresent()) {
            return Optional.of(new Step.RollBack(straight.get()));
        }
        if (look.due().isPresent()) {
            Look.Due due = look.due().get();
            return Optional.of(
                    due.level().isZero() ? new Step.RollBack(due.why()) : new Step.StepBackTo(due.level(), due.why()));
        }
        Optional<String> lower = rollingBack ? judgement.breached() : judgement.stepBack();
        if (lower.isEmpty() || (rollingBack && !isWatched(look, settings))) {
            return Optional.empty();
        }
        return Optional.of(new Step.StepBackTo(look.plan().levelBelow(look.percentage()), lower.get()));
    }

    /** Whether the level has been in force for long enough to say anything about it. */
    private static boolean isWatched(Look look, ControllerSettings settings) {
        return !look.progress().since().plus(settings.look()).isAfter(look.now());
    }

    private static Step rollingBack(Look look) {
        if (look.percentage().isZero()) {
            return new Step.EndRolledBack(look.run().why());
        }
        Duration bake = look.plan().stepBack().bake();
        return look.judgement().settled() && look.progress().healthy().compareTo(bake) >= 0
                ? new Step.EndRolledBack("healthy at " + look.percentage() + " for " + text(bake) + "; came down for: "
                        + look.run().why())
                : new Step.Stay("watches " + look.percentage() + " on the way down");
    }

    /** What a guard held goes on by itself; what a person's change held waits for a person. */
    private static Step holding(Look look, ControllerSettings settings) {
        if (!RunFields.isHeldByGuard(look.flag())) {
            return new Step.Stay("on hold until a person resumes it");
        }
        boolean calm = look.progress()
                .calmSince()
                .filter(since -> !since.plus(settings.calm()).isAfter(look.now()))
                .isPresent();
        return calm && look.judgement().settled() && isServed(look)
                ? new Step.GoOn("healthy again for " + text(settings.calm()))
                : new Step.Stay("on hold: " + look.run().why());
    }

    private static Step climb(Look look, ControllerSettings settings) {
        if (!isServed(look)) {
            return new Step.Stay("the flag is disabled");
        }
        Stage stage = look.run().stages().get(look.run().stage());
        boolean last = look.run().stage() == look.lastStage();
        Duration bake = last ? longer(stage.bake(), look.plan().soak()) : stage.bake();
        if (look.progress().healthy().compareTo(bake) < 0) {
            return bakes(look, bake, settings);
        }
        if (!look.judgement().settled()) {
            return new Step.Stay("a guard is neither healthy nor breached");
        }
        if (!look.fresh()) {
            return new Step.Stay("what calls come to could not be read");
        }
        if (last) {
            return new Step.Complete("observed healthy for "
                    + text(look.progress().healthy()) + " at " + look.percentage() + evidence(look));
        }
        return leave(look, stage);
    }

    private static Step bakes(Look look, Duration bake, ControllerSettings settings) {
        boolean compare = look.run().latencyComparison().isEmpty()
                && look.latency().isPresent()
                && !look.progress().since().plus(settings.settle()).isAfter(look.now());
        return compare
                ? new Step.CompareLatency(look.latency().get())
                : new Step.Stay("bakes: " + text(look.progress().healthy()) + " of " + text(bake));
    }

    private static Step leave(Look look, Stage stage) {
        Optional<Verdict> unmet = look.advance().stream()
                .filter(rule -> rule.status() != Status.HEALTHY)
                .findFirst();
        if (unmet.isPresent()) {
            return new Step.Stay("does not advance: " + unmet.get().guard() + ": "
                    + unmet.get().text());
        }
        if (look.unmet().isPresent()) {
            return new Step.Stay("does not advance: " + look.unmet().get());
        }
        // a stage without a bake lasts for as long as a person waits
        boolean asks = RolloutPlan.needsApproval(stage) || stage.bake().isZero();
        if (asks && !RunFields.isApproved(look.run())) {
            return look.run().state() == State.AWAITING_APPROVAL
                    ? new Step.Stay("waits for approval")
                    : new Step.AwaitApproval("stage " + (look.run().stage() + 1) + " is healthy" + evidence(look));
        }
        int next = look.run().stage() + 1;
        if (!look.plan().gates(false).isEmpty()) {
            if (look.gate().isEmpty()) {
                return new Step.AskGates(next);
            }
            if (!look.gate().get().passed()) {
                return new Step.Stay("does not advance: " + look.gate().get().why());
            }
        }
        return new Step.Advance(
                next,
                "stage " + next + " of " + look.run().stages().size() + " was observed healthy for "
                        + text(look.progress().healthy()) + evidence(look));
    }

    private static boolean isServed(Look look) {
        return look.flag().kill().isEmpty()
                && look.flag()
                        .definition()
                        .filter(FlagDefinition::enabled)
                        .filter(definition -> !definition.archived())
                        .isPresent();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static String evidence(Look look) {
        List<String> said = look.advance().stream()
                .map(rule -> rule.guard() + ": " + rule.text())
                .toList();
        return said.isEmpty() ? "" : said.stream().collect(Collectors.joining("; ", "; ", ""));
    }

    private static String text(Duration duration) {
        return Durations.text(duration);
    }
}
