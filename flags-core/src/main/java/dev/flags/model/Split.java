package dev.flags.model;

import java.util.List;
import java.util.Map;

/**
 * How treated keys divide among variants: an ordered list, because its order is part of who gets what. Immutable.
 *
 * @param parts at least one; a key's second bucket falls into the part whose cumulated share covers it
 */
public record Split(List<Part> parts) {
    public Split {
        parts = List.copyOf(parts);
    }

    /**
     * One variant's share.
     *
     * @param variant the variant's name
     * @param weight its weight relative to the sum of all, 1..1,000,000
     * @param extra fields this version does not know, kept as they are
     */
    public record Part(String variant, int weight, Map<String, Object> extra) {
        public Part {
            extra = JsonValues.freeze(extra);
        }

        public Part(String variant, int weight) {
            this(variant, weight, Map.of());
        }
    }

    /** The sum of all weights. */
    public long total() {
        return parts.stream().mapToLong(Part::weight).sum();
    }
}
