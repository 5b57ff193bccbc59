package dev.flags.store;

import dev.flags.model.FlagState;
import java.util.Map;

/** How a commit ended. A conflict is an outcome, not an exception. */
public sealed interface CommitOutcome {

    /**
     * Written.
     *
     * @param entry its audit entry
     * @param before the touched flags before, by key
     * @param after the touched flags after, by key
     */
    record Committed(AuditEntry entry, Map<String, FlagState> before, Map<String, FlagState> after)
            implements CommitOutcome {
        public long revision() {
            return entry.revision();
        }
    }

    /**
     * Everything was already so; nothing was written.
     *
     * @param revision the environment's revision
     */
    record Unchanged(long revision) implements CommitOutcome {}

    /**
     * Somebody changed the flag first; nothing was written.
     *
     * @param key the flag, or {@code *} for the environment
     */
    record Conflict(String key, long expectedRevision, long actualRevision) implements CommitOutcome {}
}
