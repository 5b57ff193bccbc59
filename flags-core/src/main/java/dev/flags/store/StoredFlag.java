package dev.flags.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A flag's records as the store keeps them: texts that no store ever decodes. Immutable.
 *
 * @param key the flag's key
 * @param revision the revision that last changed any of them
 * @param definition JSON text, or null
 * @param kill JSON text of the latch, or null
 * @param rollout JSON text of the run, or null
 * @param updatedAt store time of that revision
 * @param updatedBy actor of that revision
 */
public record StoredFlag(
        String key,
        long revision,
        @Nullable String definition,
        @Nullable String kill,
        @Nullable String rollout,
        Instant updatedAt,
        String updatedBy) {}
