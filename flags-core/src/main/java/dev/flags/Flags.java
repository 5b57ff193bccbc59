package dev.flags;

import dev.flags.outcomes.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The entry: feature flags for one environment, kept current in the background and answered from memory.
 *
 * <pre>{@code
 * Flags flags = Flags.builder().layer(FileSource.of(Path.of("flags.yaml"))).build();
 * if (flags.isEnabled("atomic-projects", userId)) { … }
 * }</pre>
 *
 * Build one per application and close it at the end. Safe for use by multiple threads.
 */
public interface Flags extends FlagDecisions, AutoCloseable {

    /** A builder; by default it has no layer and waits up to 2 s for the first load of each. */
    static FlagsBuilder builder() {
        return new FlagsBuilder();
    }

    /**
     * Flags that never change, for tests without an extension: a {@link Boolean} is on or off for everybody, a {@link String},
     * {@link Number}, {@link Map} or {@link List} is served as the value of a one-variant flag.
     *
     * @throws FlagsException when a key or a value is not one that a flag can have
     */
    static Flags fixed(Map<String, ?> values) {
        return FixedFlags.of(values);
    }

    /** The decisions of the snapshot in force now, for ever: a value that can be handed to other threads. */
    FlagDecisions pin();

    /**
     * Calls the listener, on a background thread and one call at a time, after a snapshot with changed flags is served. What
     * it throws is logged and goes no further.
     *
     * @return ends the subscription when closed
     */
    Subscription onChange(Consumer<FlagsChanged> listener);

    /** How current and how whole what is being served is. */
    FlagsStatus status();

    /** How often each variant of each flag was served by this object since it was built. */
    List<DecisionCount> decisionCounts();

    /** What the calls that {@link #choose} decided have come to in this process, and its breakers. */
    Outcomes outcomes();

    /** How often memberships of large segments were asked for by this object, and what was known. */
    MembershipCounts membershipCounts();

    /** Waits until every layer has been loaded from its source; false when that took longer than the time given. */
    boolean awaitReady(Duration timeout) throws InterruptedException;

    /**
     * Hands over what is known of calls, for at most 2 s, and ends all background threads. Decisions go on being answered from the last
     * snapshot. Idempotent.
     */
    @Override
    void close();
}
