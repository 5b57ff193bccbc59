package dev.flags;

import dev.flags.evaluation.AttributeReader;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom or what a decision is for. An application's own user class can implement it and be passed as it is; {@link
 * #of(String)} and {@link #builder(String)} serve everybody else.
 *
 * <p>Implementations should be cheap and side-effect free: both methods run on the evaluating thread. An exception from
 * either counts as "no value".
 */
public interface EvaluationContext {

    /** What is hashed and compared with targets: usually the user id. Null or empty when there is none. */
    @Nullable
    String targetingKey();

    /**
     * One attribute by name, or null when there is none.
     *
     * @return a {@link String}, {@link Number}, {@link Boolean}, date ({@link java.time.Instant}, {@link
     *     java.time.OffsetDateTime}, {@link java.time.ZonedDateTime}, {@link java.util.Date}), {@link java.util.Collection}
     *     or array of those, {@link Map} for nested attributes, or null. Any other object is compared by its {@code
     *     toString()}.
     */
    default @Nullable Object attribute(String name) {
        return null;
    }

    /** A context without targeting key and attributes. */
    static EvaluationContext anonymous() {
        return AttributeReader.ANONYMOUS;
    }

    /** A context with nothing but a targeting key. */
    static EvaluationContext of(@Nullable String targetingKey) {
        return () -> targetingKey;
    }

    /** A builder of a context with attributes. */
    static EvaluationContextBuilder builder(@Nullable String targetingKey) {
        return new EvaluationContextBuilder(targetingKey);
    }
}
