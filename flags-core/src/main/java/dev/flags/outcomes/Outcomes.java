package dev.flags.outcomes;

import dev.flags.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What calls that {@link dev.flags.FlagDecisions#choose} decided have come to in this process. Safe for use by multiple threads. */
public interface Outcomes {

    /** By flag, for each that was chosen by since the process began. */
    List<FlagCalls> calls();

    /** The breakers of these flags. */
    List<BreakerStatus> breakers();

    /**
     * Calls the listener, on a background thread and one call at a time, each time that a breaker opens, tries again or closes, also
     * because a rollout begins. What it throws is logged and goes no further.
     *
     * @return ends the subscription when closed
     */
    Subscription onBreakerChange(Consumer<BreakerStatus> listener);

    /** How rows get to the store. */
    Reporting reporting();

    /**
     * How rows get to the store. Immutable.
     *
     * @param sent how many have arrived
     * @param waiting how many wait for the store
     * @param lost how many were given up, because the store was away for too long
     * @param problem why the last attempt failed; empty when it did not
     */
    record Reporting(long sent, int waiting, long lost, Optional<String> problem) {}
}
