package dev.flags.admin;

import dev.flags.model.FlagState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a write ended. Immutable. */
public sealed interface WriteOutcome {

    /**
     * Done, or already so, or worked out only (a dry run).
     *
     * @param action the verb, as the audit entry has it
     * @param keys the flags that were asked for and are known, in that order
     * @param changed whether anything was, or in a dry run would be, written
     * @param revision the environment's revision after it
     * @param before the flags' states before, by key
     * @param after the flags' states after, by key
     * @param unknownKeys keys that were asked for and are not known
     * @param notes what a person should know, one sentence each: which rules, targets or layers still serve the treatment, what
     *     stays killed, that no replica has confirmed it
     */
    record Done(
            String action,
            List<String> keys,
            boolean changed,
            long revision,
            Map<String, FlagState> before,
            Map<String, FlagState> after,
            List<String> unknownKeys,
            List<String> notes)
            implements WriteOutcome {
        public Done {
            keys = List.copyOf(keys);
            before = Map.copyOf(before);
            after = Map.copyOf(after);
            unknownKeys = List.copyOf(unknownKeys);
            notes = List.copyOf(notes);
        }

        /** The same, with what the store had to say about the commit. */
        Done and(Optional<String> caveat) {
            return and(caveat.stream().toList());
        }

        /** The same, with more that a person should know. */
        Done and(List<String> more) {
            if (more.isEmpty()) {
                return this;
            }
            List<String> all = new ArrayList<>(notes);
            all.addAll(more);
            return new Done(action, keys, changed, revision, before, after, unknownKeys, all);
        }
    }

    /**
     * Somebody changed it first; nothing was written.
     *
     * @param key the flag, or {@code *} for the environment
     */
    record Conflict(String key, long expectedRevision, long actualRevision) implements WriteOutcome {}

    /**
     * The environment asks for an agreement, or for a reason, before this; nothing was written.
     *
     * @param question what is asked, for a person
     * @param preview what would be done
     */
    record NeedsConfirmation(String question, Done preview) implements WriteOutcome {}

    /**
     * A protected environment wants a reason and none was given; nothing was written.
     *
     * @param environment its name
     */
    record NeedsReason(String environment) implements WriteOutcome {}
}
