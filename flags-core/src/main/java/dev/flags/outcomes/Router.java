package dev.flags.outcomes;

import dev.flags.evaluation.AttributeReader;
import org.jspecify.annotations.Nullable;

/** Decides, and says which way a call goes. For the implementation of {@link dev.flags.FlagDecisions}. Safe for use by multiple threads. */
@FunctionalInterface
public interface Router {
    /** Decides by a flag for a subject, and counts the decision. */
    Route route(
            @Nullable String key,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes);
}
