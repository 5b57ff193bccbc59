package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.FlagStates;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Rollouts;
import dev.flags.rollout.RunFields;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.InMemoryFlagStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;

/** Whatever guards say and people do, for however long: steps of the state machine, committed to a store for real. */
class RunMachineProperties {
    private static final ControllerSettings SETTINGS = new ControllerSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10),
            Duration.ofMinutes(2),
            Duration.ofMinutes(30),
            1);
    private static final WriteOptions BECAUSE = WriteOptions.because("a test");

    enum Act {
        NOTHING,
        PAUSE,
        RESUME,
        APPROVE,
        SET_LOW,
        SET_HIGH,
        KILL
    }

    /** How a life goes on the whole. */
    enum Mood {
        /** Hardly anything goes wrong, so that it climbs to later stages. */
        CALM,
        /** Something goes wrong at each stage or so, and mends itself. */
        CHANGING,
        /** Hardly anything goes well. */
        ROUGH
    }

    /**
     * What happens, and is seen, so many seconds after the moment before.
     *
     * @param delay so many seconds go by from the look to the commit of what follows from it
     * @param sleeps the process is stopped before its commit and makes it so many moments later, while another has gone on; 0: it is not
     */
    record Moment(
            int seconds,
            Status errors,
            Action action,
            boolean code,
            boolean split,
            boolean fresh,
            Act act,
            int delay,
            int sleeps) {}

    @Provide
    Arbitrary<List<Moment>> lives() {
        return Arbitraries.frequency(Tuple.of(5, Mood.CALM), Tuple.of(3, Mood.CHANGING), Tuple.of(2, Mood.ROUGH))
                .flatMap(mood -> moment(mood).list().ofMinSize(40).ofMaxSize(100));
    }

    private static Arbitrary<Moment> moment(Mood mood) {
        int well = switch (mood) {
            case CALM -> 40;
            case CHANGING -> 8;
            case ROUGH -> 1;
        };
        Arbitrary<Integer> seconds = Arbitraries.frequencyOf(
                Tuple.of(8, Arbitraries.integers().between(1, 8)),
                Tuple.of(2, Arbitraries.integers().between(9, 20)),
                Tuple.of(1, Arbitraries.integers().between(21, 300)));
        Arbitrary<Status> statuses = Arbitraries.frequency(
                Tuple.of(15 * well, Status.HEALTHY),
                Tuple.of(3, Status.UNSETTLED),
                Tuple.of(3, Status.NO_DATA),
                Tuple.of(2, Status.BREACHED));
        Arbitrary<Act> acts = Arbitraries.frequency(
                Tuple.of(60 + 10 * well, Act.NOTHING),
                Tuple.of(2, Act.PAUSE),
                Tuple.of(30, Act.RESUME),
                Tuple.of(30, Act.APPROVE),
                Tuple.of(1, Act.SET_LOW),
                Tuple.of(1, Act.SET_HIGH),
                Tuple.of(1, Act.KILL));
        Arbitrary<Integer> delay = Arbitraries.frequencyOf(
                Tuple.of(12, Arbitraries.just(0)),
                Tuple.of(2, Arbitraries.integers().between(1, 30)),
                Tuple.of(1, Arbitraries.integers().between(31, 90)));
        Arbitrary<Integer> sleeps = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just(0)),
                Tuple.of(1, Arbitraries.integers().between(1, 4)));
        Arbitrary<Boolean> stale = Arbitraries.frequency(Tuple.of(15, false), Tuple.of(1, true));
        return Combinators.combine(seconds, statuses, rarely(well), rarely(well), stale, acts, delay, sleeps)
                .flatAs((pass, errors, code, split, old, act, late, sleeping) -> Arbitraries.of(
                                Action.ROLL_BACK, Action.STEP_BACK, Action.HOLD)
                        .map(action -> new Moment(pass, errors, action, code, split, !old, act, late, sleeping)));
    }

    private static Arbitrary<Boolean> rarely(int well) {
        return Arbitraries.frequency(Tuple.of(30 + 10 * well, false), Tuple.of(1, true));
    }

    // edge cases are what is rare, and would make a twentieth of all moments: hardly a life would come beyond its first
    // stage
    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void theRulesHoldWhateverHappens(@ForAll("lives") List<Moment> moments) {
        Story story = new Story();
        moments.forEach(story::live);
        RolloutRun end = story.flag().rollout().orElseThrow();
        // of lives that end at the first stage nothing can be learnt about the others
        Statistics.label("bakes that were waited for")
                .collect(end.state() == State.COMPLETED ? end.stage() + 1 : end.stage())
                .coverage(lives ->
                        lives.checkQuery(bakes -> (Integer) bakes.get(0) >= 2).percentage(share -> share > 25));
    }

    /** A process that was stopped between its look and its commit. */
    private record Sleeper(Look look, Step step, Duration observed, int left) {
        Sleeper sleepsOn() {
            return new Sleeper(look, step, observed, left - 1);
        }
    }

    /** One run's life, and what must be true of it at every moment. */
    private static final class Story {
        private final Ticking clock = new Ticking(Sights.NOW);
        private final InMemoryFlagStore store = new InMemoryFlagStore("test", clock);
        private final Actor ada = new Actor("ada", "", "");
        private final FlagAdmin admin = new FlagAdmin(store, ada);
        private final Rollouts people = new Rollouts(store, ada);
        private final RunSteps steps = new RunSteps(store, new Actor("controller", "", ""), SETTINGS, "one");
        private final Sights sights = Sights.of(State.RUNNING)
                .stages(
                        new RolloutRun.Stage(Percentage.of(10), Duration.ofSeconds(30), Map.of("approval", true)),
                        new RolloutRun.Stage(Percentage.of(25), Duration.ofSeconds(20)),
                        new RolloutRun.Stage(Percentage.of(50), Duration.ofSeconds(20)),
                        new RolloutRun.Stage(Percentage.FULL, Duration.ofSeconds(20)));
        private Progress progress;
        private Optional<Sleeper> sleeper = Optional.empty();

        // what an observer has counted by himself: the time from one healthy look to the next, at one stage and
        // percentage
        private Duration observed = Duration.ZERO;
        private boolean wasCounting;
        private String place = "";
        private Instant lastLook = clock.instant();

        Story() {
            admin.create(FlagDefinition.builder(Sights.KEY).build(), BECAUSE);
            RolloutRun run = new RolloutRun(
                    "run-1",
                    State.PREFLIGHT,
                    0,
                    sights.plan().stages(),
                    clock.instant(),
                    "ada",
                    Percentage.ZERO,
                    false,
                    Map.of());
            edit(flag -> FlagStates.rolledOut(flag, flag.definition().orElseThrow(), run));
            FlagState flag = flag();
            progress = Progress.first(flag, flag.rollout().orElseThrow(), clock.instant());
        }

        private FlagState flag() {
            return store.flag(Sights.KEY);
        }

        private void edit(java.util.function.UnaryOperator<FlagState> edit) {
            store.commit(new Commit(
                    ada,
                    "test",
                    "",
                    Map.of(),
                    found -> Commit.Write.flags(Map.of(Sights.KEY, edit.apply(found.flag(Sights.KEY))))));
        }

        void live(Moment moment) {
            clock.pass(Duration.ofSeconds(moment.seconds()));
            act(moment.act());
            wake();
            Instant now = clock.instant();
            FlagState before = flag();
            RolloutRun run = before.rollout().orElseThrow();
            List<Verdict> verdicts = new ArrayList<>();
            verdicts.add(Sights.verdict("errors", moment.errors(), moment.action()));
            verdicts.add(Sights.verdict("codes", moment.code() ? Status.BREACHED : Status.HEALTHY, Action.STEP_BACK));
            verdicts.add(Sights.verdict("split", moment.split() ? Status.BREACHED : Status.HEALTHY, Action.ROLL_BACK));

            progress = progress.of(before, run, now);
            Judgement judgement = Judgement.of(
                    sights.plan(), verdicts, run.state() == State.ROLLING_BACK, progress.missingSince(), now);
            progress = progress.look(run.state(), moment.fresh(), judgement, SETTINGS.tick(), now);
            count(before, run, moment, now);
            Look look = new Look(
                    before,
                    run,
                    sights.plan(),
                    progress,
                    judgement,
                    List.of(),
                    moment.fresh(),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    now);
            Step step = RunMachine.next(look, SETTINGS);
            if (step.moves() && moment.sleeps() > 0 && sleeper.isEmpty()) {
                sleeper = Optional.of(new Sleeper(look, step, observed, moment.sleeps()));
                return;
            }
            clock.pass(Duration.ofSeconds(moment.delay()));
            long revision = store.head().revision();
            if (step.moves()) {
                steps.take(look, step);
            }
            assertThat(store.head().revision()).as("one step a tick").isBetween(revision, revision + 1);
            check(moment, look, step);
        }

        /** A process that was stopped after its look makes its commit, if it is time, and does not know what has happened meanwhile. */
        private void wake() {
            if (sleeper.isEmpty()) {
                return;
            }
            Sleeper woken = sleeper.get();
            sleeper = woken.left() > 1 ? Optional.of(woken.sleepsOn()) : Optional.empty();
            if (sleeper.isPresent()) {
                return;
            }
            FlagState before = flag();
            RolloutRun was = before.rollout().orElseThrow();
            steps.take(woken.look(), woken.step());
            FlagState after = flag();
            RolloutRun is = after.rollout().orElseThrow();
            if (woken.step().lowers()) {
                assertThat(was.state().isFinal() || is.state() == State.ROLLING_BACK)
                        .as("what lowers goes through whatever was changed meanwhile, from " + was.state())
                        .isTrue();
            } else if (after.revision() > before.revision()) {
                assertThat(before.revision())
                        .as("who was slower changes nothing: " + woken.step())
                        .isEqualTo(woken.look().flag().revision());
            }
            if (percentage(after).compareTo(percentage(before)) > 0) {
                requireFresh(woken.look());
                requireBaked(was, woken.observed());
                assertThat(is.stage() - was.stage()).as("no stage is skipped").isBetween(0, 1);
            }
        }

        private void requireFresh(Look look) {
            assertThat(Duration.between(look.now(), clock.instant()))
                    .as("what was seen long ago raises nothing")
                    .isLessThanOrEqualTo(SETTINGS.fresh());
        }

        private static void requireBaked(RolloutRun was, Duration healthy) {
            if (was.state() != State.PREFLIGHT) {
                assertThat(healthy)
                        .as("no bake is shortened")
                        .isGreaterThanOrEqualTo(was.stages().get(was.stage()).bake());
            }
        }

        private void act(Act act) {
            RolloutRun run = flag().rollout().orElseThrow();
            if (run.state().isFinal()) {
                return;
            }
            boolean stopped = run.state() == State.PAUSED || run.state() == State.HOLDING;
            switch (act) {
                case PAUSE -> {
                    if (run.state() != State.ROLLING_BACK) {
                        people.pause(Sights.KEY, BECAUSE);
                    }
                }
                case RESUME -> {
                    if (stopped) {
                        edit(flag -> FlagStates.rolledOut(
                                flag,
                                flag.definition().orElseThrow(),
                                run.in(
                                        run.extra().containsKey(RunFields.STAGE_SINCE)
                                                ? State.RUNNING
                                                : State.PREFLIGHT)));
                    }
                }
                case APPROVE ->
                    edit(flag -> FlagStates.rolledOut(
                            flag, flag.definition().orElseThrow(), run.with(RunFields.APPROVED, (long) run.stage())));
                case SET_LOW -> set(run, 3);
                case SET_HIGH -> set(run, 40);
                case KILL -> admin.kill(new KillScope.Keys(List.of(Sights.KEY)), BECAUSE);
                case NOTHING -> {}
            }
        }

        /** On the way down only what lowers is taken. */
        private void set(RolloutRun run, int percent) {
            Percentage to = Percentage.of(percent);
            if (run.state() != State.ROLLING_BACK || to.compareTo(percentage(flag())) < 0) {
                admin.setPercentage(Sights.KEY, to, BECAUSE);
            }
        }

        /** By other means than the code under test: two looks at the same place, both healthy, at most three ticks apart. */
        private void count(FlagState flag, RolloutRun run, Moment moment, Instant now) {
            String here = run.stage() + "/" + percentage(flag);
            boolean healthy = moment.fresh()
                    && moment.errors() == Status.HEALTHY
                    && !moment.code()
                    && (!moment.split() || run.state() == State.ROLLING_BACK)
                    && (run.state() == State.RUNNING
                            || run.state() == State.SOAKING
                            || run.state() == State.ROLLING_BACK);
            if (!here.equals(place)) {
                observed = Duration.ZERO;
            } else if (healthy && wasCounting) {
                long seconds = Math.min(15, Duration.between(lastLook, now).toSeconds());
                observed = observed.plusSeconds(seconds);
            }
            place = here;
            wasCounting = healthy;
            lastLook = now;
        }

        private void check(Moment moment, Look look, Step step) {
            FlagState before = look.flag();
            RolloutRun was = look.run();
            FlagState after = flag();
            RolloutRun is = after.rollout().orElseThrow();
            int change = percentage(after).compareTo(percentage(before));
            if (change < 0) {
                assertThat(is.state()).as("lowers only through ROLLING_BACK").isEqualTo(State.ROLLING_BACK);
            }
            if (change > 0) {
                assertThat(was.state()).isNotIn(State.ROLLING_BACK, State.HOLDING, State.PAUSED);
                assertThat(is.stage() - was.stage()).as("no stage is skipped").isBetween(0, 1);
            }
            assertThat(is.stage()).isBetween(was.stage(), was.stage() + 1);
            if (was.state().isFinal()) {
                assertThat(is).isEqualTo(was);
            }
            boolean completes = is.state() == State.COMPLETED && was.state() != State.COMPLETED;
            if (change > 0) {
                requireFresh(look);
            }
            if (is.stage() > was.stage() || completes) {
                requireBaked(was, observed);
                assertThat(moment.fresh()).isTrue();
                assertThat(moment.errors()).isEqualTo(Status.HEALTHY);
            }
            boolean due = moment.errors() == Status.BREACHED && moment.action() == Action.ROLL_BACK;
            boolean begun = was.extra().containsKey(RunFields.STAGE_SINCE);
            if (due && begun && !was.state().isFinal()) {
                assertThat(percentage(after))
                        .as("a due rollback happens, from " + was.state())
                        .isEqualTo(Percentage.ZERO);
                assertThat(is.state()).isIn(State.ROLLING_BACK, State.ROLLED_BACK);
            }
            if (moment.code() && was.state() == State.ROLLING_BACK && step instanceof Step.StepBackTo) {
                throw new AssertionError("a critical code on the way down goes straight to 0");
            }
            if (moment.split() && !due && step.raises()) {
                throw new AssertionError("a wrong split raises nothing");
            }
        }

        private static Percentage percentage(FlagState flag) {
            return flag.definition().orElseThrow().percentage();
        }
    }
}
