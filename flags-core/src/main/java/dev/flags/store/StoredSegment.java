package dev.flags.store;

import org.jspecify.annotations.Nullable;

/**
 * A segment as the store keeps it. Immutable.
 *
 * @param name its name
 * @param revision the revision that last changed it
 * @param document JSON text, or null once removed
 */
public record StoredSegment(
        String name, long revision, @Nullable String document) {}
