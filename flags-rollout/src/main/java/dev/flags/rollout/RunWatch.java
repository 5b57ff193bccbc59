package dev.flags.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the controller last saw of a run, as it leaves it in the store for {@code flags rollout status}. Immutable.
 *
 * @param run the run's id
 * @param at when, by the store's clock
 * @param controller which process
 * @param stage the stage that was watched, from 0
 * @param healthy how much of the stage's bake is done: observed healthy time
 * @param verdicts of guards
 * @param advance of the conditions for advancing
 * @param preconditions by name: empty when it is so, else why not
 * @param instances how many instances report
 * @param usersPerSecond of both arms together, over the last minute
 * @param detectsWithin how long the comparison needs, at this percentage and traffic, to see a doubling of the failures; empty: never
 * @param notes what a person should know
 */
public record RunWatch(
        String run,
        Instant at,
        String controller,
        int stage,
        Duration healthy,
        List<Verdict> verdicts,
        List<Verdict> advance,
        Map<String, String> preconditions,
        OptionalLong instances,
        double usersPerSecond,
        Optional<Duration> detectsWithin,
        List<String> notes) {
    public RunWatch {
        verdicts = List.copyOf(verdicts);
        advance = List.copyOf(advance);
        preconditions = Map.copyOf(preconditions);
        notes = List.copyOf(notes);
    }
}
