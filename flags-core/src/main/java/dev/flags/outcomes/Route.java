package dev.flags.outcomes;

import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.CompiledFlag;
import org.jspecify.annotations.Nullable;

/**
 * One of the few ways in which a call can go that one form of a flag has decided: made beforehand, so that a decision returns one and makes
 * nothing. Immutable. Safe for use by multiple threads.
 */
public final class Route {
    /** Of a flag that no layer knows: the old path, and nothing counted. */
    static final Route UNKNOWN = new Route(null, null, null, null, Breaker.NONE, false, false);
    /** Of a flag beyond those that are counted. */
    static final Route UNCOUNTED = new Route(null, null, null, null, Breaker.NONE, true, false);

    final @Nullable FlagOutcomes flag;
    final @Nullable Tally tally;
    final Breaker breaker;
    private final FlagOutcomes.@Nullable Current among;
    private final @Nullable CompiledFlag form;
    final boolean on;
    private final boolean compared;

    /**
     * A route.
     *
     * @param flag null where nothing is counted
     * @param among those of the form that was served when this was made; null for a pinned one
     * @param form what decided
     * @param tally where the call counts for a rollout; null when there is none
     * @param breaker of the run that decided, or of the last one before
     * @param on whether the new path was decided for
     * @param compared whether chance decided, so that the user is part of the comparison of both arms
     */
    Route(
            @Nullable FlagOutcomes flag,
            FlagOutcomes.@Nullable Current among,
            @Nullable CompiledFlag form,
            @Nullable Tally tally,
            Breaker breaker,
            boolean on,
            boolean compared) {
        this.flag = flag;
        this.among = among;
        this.form = form;
        this.tally = tally;
        this.breaker = breaker;
        this.on = on;
        this.compared = compared;
    }

    /** Whether calls that came out this way still go like this: until another form of the flag is served, or its rollout is over. */
    boolean isCurrent() {
        return among != null && among.isCurrent();
    }

    /** The hash that the user has in the run's rows; 0 when the user is not part of the comparison. */
    long user(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        if (!compared || tally == null || form == null) {
            return 0;
        }
        String key = form.bucketedKey(targetingKey, subject, attributes);
        return key == null ? 0 : tally.run.hash.of(key);
    }
}
