package dev.flags.store;

import dev.flags.model.FlagState;
import java.util.Map;
import java.util.Optional;

/** How a commit ended. A conflict is an outcome, not an exception. Immutable. */
public sealed interface CommitOutcome {

    /**
     * Written.
     *
     * @param entry its audit entry
     * @param before the touched flags before, by key
     * @param after the touched flags after, by key
     * @param caveat what is to be said although it is written: that no replica has confirmed it
     */
    record Committed(
            AuditEntry entry, Map<String, FlagState> before, Map<String, FlagState> after, Optional<String> caveat)
            implements CommitOutcome {
        /** The same, with what the store had to say. */
        Committed with(Optional<String> newCaveat) {
            return new Committed(entry, before, after, newCaveat);
        }

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
