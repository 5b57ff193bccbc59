package dev.flags.model;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Targeting keys that get one variant by name. Immutable.
 *
 * @param variant what they get
 * @param keys exact targeting keys, in the document's order
 * @param extra fields this version does not know, kept as they are
 */
public record Target(String variant, Set<String> keys, Map<String, Object> extra) {
    public Target {
        keys = Collections.unmodifiableSet(new LinkedHashSet<>(keys));
        extra = JsonValues.freeze(extra);
    }

    public Target(String variant, Set<String> keys) {
        this(variant, keys, Map.of());
    }
}
