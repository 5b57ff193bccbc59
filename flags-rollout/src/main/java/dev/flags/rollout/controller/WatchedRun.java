package dev.flags.rollout.controller;

import dev.flags.FlagsException;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunWatch;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.checks.Hooks;
import dev.flags.rollout.evidence.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run as a controller watches it: what it has learnt so far, and what it makes of it at each tick. Not thread-safe; confine it to
 * one thread.
 */
final class WatchedRun {
    /** A process that chooses by the flag reports after so long, also when nothing was called. */
    private static final Duration REPORTS_WITHIN = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger("dev.flags.rollout");

    private final String key;
    private final String runId;
    private final RolloutPlan plan;
    private final Surroundings around;
    private final Evidence evidence;
    private final MeasuredGuards measured;
    private final AnnouncedEvents announced;

    /** What was asked for an earlier run of the flag may have been mended before this one was started. */
    private final long begun;

    private Progress progress;
    private Optional<Look.Due> due;
    private @Nullable RunWatch watch;
    private String rowsProblem = "";
    private boolean unconfirmed;
    private boolean mustWrite;

    /** When it was last written, in ticks of the controller. */
    long writtenAt;

    /** How many characters that were. */
    int written;

    /** What all runs of a controller share. */
    record Surroundings(
            String environment, Inquiries inquiries, HookCalls hooks, ControllerSettings settings, String controller) {}

    /**
     * Goes on where a controller ended, or begins.
     *
     * @param record of this run; empty when there is none
     */
    WatchedRun(FlagState flag, RolloutRun run, Optional<WatchRecord> record, Surroundings around, Instant now) {
        this.key = flag.key();
        this.runId = run.id();
        this.plan = RolloutPlan.of(run);
        this.around = around;
        this.begun = around.inquiries().moment();
        Optional<Evidence> known = record.flatMap(this::known);
        this.evidence = known.orElseGet(() -> Evidence.of(run.id(), plan));
        this.measured = MeasuredGuards.of(
                record.filter(earlier -> !isGap(earlier.progress().last(), now))
                        .map(WatchRecord::measured)
                        .orElse(Map.of()));
        // without its evidence, healthy time is not observed
        this.progress = record.filter(earlier -> known.isPresent())
                .map(WatchRecord::progress)
                .orElseGet(() -> Progress.first(flag, run, now));
        this.due = record.flatMap(WatchRecord::due);
        this.announced = new AnnouncedEvents(plan, record, progress.percentage(), around);
        this.watch = record.map(WatchRecord::watch).orElse(null);
    }

    /** Whether nobody can have looked for longer than a controller that dies leaves the others waiting. */
    private boolean isGap(Instant last, Instant now) {
        Duration most = around.settings().lease().plus(around.settings().fresh());
        return last.plus(most).isBefore(now);
    }

    /** What was learnt so far, if this version can read it. */
    private Optional<Evidence> known(WatchRecord record) {
        try {
            return record.evidence().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Evidence.parse(record.evidence(), plan));
        } catch (FlagsException e) {
            LOG.warn("what was learnt of the rollout of {} cannot be read; watching it begins again", key, e);
            return Optional.empty();
        }
    }

    String runId() {
        return runId;
    }

    String key() {
        return key;
    }

    Outbox outbox() {
        return announced.outbox();
    }

    Instant lastLook() {
        return progress.last();
    }

    /** Whether there is anything to do for it: a run that a person promotes, without guards, is that person's alone. */
    boolean isOfInterest(RolloutRun run) {
        return !run.manual() || !plan.guards().isEmpty();
    }

    Optional<Look.Due> due() {
        return due;
    }

    /** What is to be done for a run, after a look at everything. */
    record Planned(Look look, Step step) {}

    /**
     * Looks at everything, and decides.
     *
     * @param flag with this run
     * @param flags the environment's flags by key
     * @param rows what was read from {@link #readFrom} on; empty when nothing could be
     */
    Planned look(
            FlagState flag,
            RolloutRun run,
            Function<String, FlagState> flags,
            Optional<OutcomeStorage.Rows> rows,
            Instant now) {
        progress = progress.of(flag, run, now);
        announced.sees(run, progress.percentage());
        due = due.filter(lowering -> !lowering.isDone(progress.percentage(), run));
        unconfirmed &= due.isPresent();
        boolean read = rows.isPresent();
        rows.ifPresentOrElse(some -> absorb(some, now), () -> rowsProblem = "outcomes could not be read");
        OptionalLong since = run.state() == State.PREFLIGHT ? OptionalLong.of(begun) : OptionalLong.empty();
        List<Verdict> verdicts = new ArrayList<>(evidence.judge(progress.since(), now));
        verdicts.addAll(measured.judge(plan, around.inquiries(), since, now));
        Judgement judgement =
                Judgement.of(plan, verdicts, run.state() == State.ROLLING_BACK, progress.missingSince(), now);
        progress = progress.look(
                run.state(), read && isReported(), judgement, around.settings().tick(), now);
        Requirements requirements =
                run.state().isFinal() ? Requirements.NONE : Requirements.of(plan, flags, around.inquiries(), since);
        List<Verdict> advance = evidence.advance(progress.since(), now);
        Look look = new Look(
                flag,
                run,
                plan,
                progress,
                judgement,
                advance,
                read && isReported(),
                requirements.unmet(),
                requirements.isUnanswered(),
                around.hooks().gate(HookEvents.raise(run, nextStage(run))),
                comparesLatency() ? evidence.latencyComparison(progress.since()) : Optional.empty(),
                due,
                now);
        Step step = RunMachine.next(look, around.settings());
        mustWrite |= announced.announce(flag, run, now);
        prepare(look, step);
        watch = watch(look, step, verdicts, requirements.answers());
        return new Planned(look, step);
    }

    private static int nextStage(RolloutRun run) {
        return run.state() == State.PREFLIGHT ? 0 : run.stage() + 1;
    }

    private void absorb(OutcomeStorage.Rows rows, Instant now) {
        evidence.absorb(rows.rows(), progress.since(), now);
        rowsProblem = rows.unreadable() == 0
                ? ""
                : rows.unreadable() + " rows of outcomes could not be understood: damaged, or of a later version";
    }

    /** From when rows have to be read next. */
    Instant readFrom(Instant now) {
        return evidence.readFrom(now);
    }

    private boolean isReported() {
        return evidence.instances() > 0 || !needsRows();
    }

    private boolean needsRows() {
        return !plan.advance().isEmpty()
                || plan.guards().stream().anyMatch(guard -> !(guard instanceof Guard.Measured));
    }

    private boolean comparesLatency() {
        return plan.guards().stream().anyMatch(guard -> guard instanceof Guard.Compared compared && compared.latency());
    }

    /** What has to be known before a step is taken, should this process not live to see its end. */
    private void prepare(Look look, Step step) {
        if (step instanceof Step.AskGates ask) {
            around.hooks()
                    .askGates(
                            HookEvents.raise(look.run(), ask.stage()),
                            plan.gates(look.run().state() == State.PREFLIGHT),
                            HookEvents.beforeRaise(around.environment(), look, ask.stage(), "asked before a raise"));
        } else if (step instanceof Step.StepBackTo down) {
            due = Optional.of(new Look.Due(down.level(), down.why()));
        } else if (step instanceof Step.RollBack back) {
            due = Optional.of(new Look.Due(Percentage.ZERO, back.why()));
        } else if (step instanceof Step.Advance advance) {
            announced.beforeRaise(look, advance);
        }
        mustWrite |= step.moves();
    }

    /** A step was taken, or could not be. */
    void taken(RunSteps.Taken taken) {
        around.hooks().forgetGates(runId);
        unconfirmed = due.isPresent() && !taken.confirmed();
    }

    /** A step failed: the store did not answer, or refused. */
    void failed() {
        unconfirmed = due.isPresent();
    }

    /** One of the outbox' calls was answered. */
    void delivered(HookCalls.Delivered answer, Instant now) {
        announced
                .outbox()
                .delivered(
                        answer.call(), answer.answer().passed(), answer.answer().why(), now);
        mustWrite = true;
    }

    /** Takes over what an earlier run of the flag left to be told. */
    void inherit(WatchRecord earlier, Optional<Hooks.Call> end) {
        announced.inherit(earlier, end);
        mustWrite = true;
    }

    /** Whether it has to be written before anything else is done. */
    boolean mustWrite() {
        return mustWrite;
    }

    /** It was written. */
    void written(long tick) {
        mustWrite = false;
        writtenAt = tick;
    }

    /** What there is to write; empty before the first look. */
    Optional<WatchRecord> record(boolean withEvidence) {
        return Optional.ofNullable(watch)
                .map(seen -> new WatchRecord(
                        runId,
                        withEvidence ? evidence.toJson() : "",
                        progress,
                        measured.tree(),
                        due,
                        announced.events(),
                        HookEvents.ends(plan),
                        announced.reached(),
                        announced.outbox().tree(),
                        seen));
    }

    private RunWatch watch(Look look, Step step, List<Verdict> verdicts, Map<String, String> preconditions) {
        List<String> notes = new ArrayList<>();
        due.filter(lowering -> unconfirmed)
                .ifPresent(lowering -> notes.add("rolling back to " + lowering.level()
                        + " is not confirmed yet; it is tried again until it is: " + lowering.why()));
        if (!step.moves() && !step.why().isEmpty()) {
            notes.add(step.why());
        }
        if (needsRows()
                && evidence.instances() == 0
                && !look.run().startedAt().plus(REPORTS_WITHIN).isAfter(look.now())) {
            notes.add("no process reports outcomes: does any choose by this flag, with this store?");
        }
        if (!rowsProblem.isEmpty()) {
            notes.add(rowsProblem);
        }
        notes.addAll(evidence.losses());
        notes.addAll(announced.outbox().notes());
        return new RunWatch(
                runId,
                look.now(),
                around.controller(),
                look.run().stage(),
                progress.healthy(),
                verdicts,
                look.advance(),
                preconditions,
                OptionalLong.of(evidence.instances()),
                evidence.usersPerSecond(),
                Detection.within(plan, progress.percentage(), evidence.usersPerSecond(), verdicts),
                notes);
    }
}
