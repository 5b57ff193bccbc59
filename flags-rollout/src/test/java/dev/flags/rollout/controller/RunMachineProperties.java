package dev.flags.rollout.controller;

import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Verdict.Status;
import dev.flags.rollout.controller.RunMachineStory.Act;
import dev.flags.rollout.controller.RunMachineStory.Moment;
import java.util.List;
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
    /** How a life goes on the whole. */
    enum Mood {
        /** Hardly anything goes wrong, so that it climbs to later stages. */
        CALM,
        /** Something goes wrong at each stage or so, and mends itself. */
        CHANGING,
        /** Hardly anything goes well. */
        ROUGH
    }

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
                Tuple.of(6, Act.PAUSE),
                Tuple.of(20, Act.RESUME),
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
        RunMachineStory story = new RunMachineStory();
        moments.forEach(story::live);
        RolloutRun end = story.run();
        // of lives that end at the first stage nothing can be learnt about the others
        Statistics.label("bakes that were waited for")
                .collect(end.state() == State.COMPLETED ? end.stage() + 1 : end.stage())
                .coverage(lives ->
                        lives.checkQuery(bakes -> (Integer) bakes.get(0) >= 2).percentage(share -> share > 25));
    }
}
