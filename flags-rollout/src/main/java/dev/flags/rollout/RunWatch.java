package dev.flags.rollout;

import dev.flags.store.FlagStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

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

    /**
     * What a controller last left in the store of the flag's run; empty when none has, or one of a later version did.
     *
     * @throws dev.flags.FlagsException what {@link dev.flags.store.Storage} says
     */
    public static Optional<RunWatch> read(FlagStore store, String key) {
        return store.controllerRecords().flatMap(records -> records.read(key)).flatMap(WatchJson::inRecord);
    }

    /** Reads what {@link #tree} made; empty when it is something else. */
    public static Optional<RunWatch> of(@Nullable Object tree) {
        return WatchJson.read(tree);
    }

    /** As a JSON object. */
    public Map<String, Object> tree() {
        return WatchJson.tree(this);
    }
}
