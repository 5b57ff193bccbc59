package dev.flags.jdbc;

import dev.flags.store.Head;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an environment's own row says, or what takes its place where there is none. Immutable.
 *
 * @param stored whether there is such a row
 * @param head where the history ends
 * @param settings JSON text, or null when never set
 * @param counts how many rows were committed; empty when nobody can tell
 * @param committedAt when the last commit was
 */
record EnvironmentRow(
        boolean stored, Head head, @Nullable String settings, Optional<Counts> counts, Instant committedAt) {}
