package dev.flags.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Serves a variant, or a split of several, to whomever all its conditions match. Immutable.
 *
 * @param id names the rule in decisions, and salts its percentage conditions; unique in its flag
 * @param description for people; may be empty
 * @param conditions all must match; at least one
 * @param serve what is served
 * @param extra fields this version does not know, kept as they are
 */
public record Rule(String id, String description, List<Condition> conditions, Serve serve, Map<String, Object> extra) {
    public Rule {
        conditions = List.copyOf(conditions);
        extra = JsonValues.freeze(extra);
    }

    /**
     * What a rule serves: exactly one of the two.
     *
     * @param variant one variant
     * @param split several
     */
    public record Serve(Optional<String> variant, Optional<Split> split) {
        public Serve {
            if (variant.isPresent() == split.isPresent()) {
                throw new InvalidFlagException("rule", "serves either one variant or a split");
            }
        }

        public static Serve variant(String name) {
            return new Serve(Optional.of(name), Optional.empty());
        }

        public static Serve split(Split split) {
            return new Serve(Optional.empty(), Optional.of(split));
        }
    }
}
