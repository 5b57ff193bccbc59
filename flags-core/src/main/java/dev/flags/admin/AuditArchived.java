package dev.flags.admin;

import dev.flags.store.EnvironmentSettings.Archived;
import java.util.Optional;

/**
 * What became of the beginning of a log. Immutable.
 *
 * @param outcome how the commit ended; when it is a question, the file is written already, and doing it again with the answer and
 *     the same file goes on from there
 * @param archive the file that was written, or found written; empty when there was nothing to archive, or in a dry run
 */
public record AuditArchived(WriteOutcome outcome, Optional<Archived> archive) {}
