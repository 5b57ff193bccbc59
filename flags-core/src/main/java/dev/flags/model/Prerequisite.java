package dev.flags.model;

import java.util.Map;
import java.util.Optional;

/**
 * A flag that must be served in a certain way first. Immutable.
 *
 * @param flag its key
 * @param variant the variant it must serve; empty: any other than its off variant
 * @param extra fields this version does not know, kept as they are
 */
public record Prerequisite(String flag, Optional<String> variant, Map<String, Object> extra) {
    public Prerequisite {
        extra = JsonValues.freeze(extra);
    }

    public Prerequisite(String flag, Optional<String> variant) {
        this(flag, variant, Map.of());
    }
}
