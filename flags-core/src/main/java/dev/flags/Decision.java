package dev.flags;

import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one evaluation. Immutable.
 *
 * @param key the flag's key, as asked for
 * @param variant the served variant's name; null where the caller's default applies
 * @param value the served value: {@link Boolean}, {@link String}, {@link Long}, {@link java.math.BigDecimal}, {@link
 *     java.util.Map}, {@link java.util.List}; null where the caller's default applies
 * @param reason why
 * @param ruleId the rule that matched, when the reason is {@link Reason#RULE}
 * @param bucket the bucket, 0..99,999, when one was compared with the flag's percentage
 * @param layer the layer whose definition, override or kill decided; null where no layer knows the flag
 * @param revision the revision of that layer's flag; 0 for layers without revisions
 * @param unknownSegments the large segments that a rule asked for, where it was not known yet whether the targeting key belongs to
 *     them; such a rule does not match. {@link FlagDecisions#prepare} fetches ahead
 */
public record Decision(
        String key,
        @Nullable String variant,
        @Nullable Object value,
        Reason reason,
        @Nullable String ruleId,
        OptionalInt bucket,
        @Nullable String layer,
        long revision,
        Set<String> unknownSegments) {
    public Decision {
        unknownSegments = Set.copyOf(unknownSegments);
    }

    /** One for which no membership was unknown. */
    public Decision(
            String key,
            @Nullable String variant,
            @Nullable Object value,
            Reason reason,
            @Nullable String ruleId,
            OptionalInt bucket,
            @Nullable String layer,
            long revision) {
        this(key, variant, value, reason, ruleId, bucket, layer, revision, Set.of());
    }

    /** Whether a rule did not match only because a membership of a large segment is not known yet. */
    public boolean membershipUnknown() {
        return !unknownSegments.isEmpty();
    }

    /** What {@code isEnabled} returns: true only for a boolean variant whose value is true. */
    public boolean enabled() {
        return Boolean.TRUE.equals(value);
    }
}
