package dev.flags.model;

import java.util.List;
import java.util.Map;

/** One condition of a rule or segment. Unknown fields are kept in {@code extra}. Immutable. */
public sealed interface Condition {
    /** Whether the match is turned round. */
    boolean negate();

    Map<String, Object> extra();

    /**
     * Compares an attribute.
     *
     * @param attribute its name; {@code targetingKey} is the targeting key; a name that begins with {@code /} is a JSON
     *     pointer (RFC 6901) into nested attributes
     * @param operator as written in the document, for instance {@code in}; one this version does not know never matches and is reported
     * @param values what it is compared with; any of them suffices. Empty only for {@code exists}
     * @param negate a missing attribute matches neither way (except for {@code exists})
     * @param ignoreCase for the operators on strings
     * @param extra fields this version does not know
     */
    record Attribute(
            String attribute,
            String operator,
            List<Object> values,
            boolean negate,
            boolean ignoreCase,
            Map<String, Object> extra)
            implements Condition {
        public Attribute {
            values = JsonValues.freeze(values);
            extra = JsonValues.freeze(extra);
        }
    }

    /**
     * Membership of a segment.
     *
     * @param segment its name; one that does not exist never matches and is reported
     */
    record InSegment(String segment, boolean negate, Map<String, Object> extra) implements Condition {
        public InSegment {
            extra = JsonValues.freeze(extra);
        }
    }

    /**
     * A share of targeting keys, hashed with salt + {@code /rule/} + rule id; keys outside fall to the next rule.
     *
     * @param percentage the share
     */
    record Share(Percentage percentage, boolean negate, Map<String, Object> extra) implements Condition {
        public Share {
            extra = JsonValues.freeze(extra);
        }
    }
}
