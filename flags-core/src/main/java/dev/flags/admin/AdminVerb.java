package dev.flags.admin;

import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import dev.flags.store.Commit;
import dev.flags.store.EnvironmentSettings;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One verb, ready to be committed by {@link AdminCommit}. Immutable.
 *
 * @param action its name in the audit entry
 * @param keys the flags by name that it is about, as far as they are known before it is worked out
 * @param details further facts for the audit entry
 * @param scope whose revision an expected revision means
 * @param needsReason whether a protected environment insists on a reason
 * @param edit works out what to write; pure, may be called more than once
 */
public record AdminVerb(
        String action, List<String> keys, Map<String, Object> details, Scope scope, boolean needsReason, Edit edit) {
    public AdminVerb {
        keys = List.copyOf(keys);
        details = Map.copyOf(details);
    }

    /** A verb on flags by name, without further facts, that needs a reason. */
    public static AdminVerb of(String action, List<String> keys, Edit edit) {
        return new AdminVerb(action, keys, Map.of(), Scope.FLAGS, true, edit);
    }

    /** The same verb, with a fact for the audit entry. */
    public AdminVerb with(String detail, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(details);
        more.put(detail, value);
        return new AdminVerb(action, keys, more, scope, needsReason, edit);
    }

    /** The same verb, for whoever is in a hurry: no reason needed. */
    public AdminVerb withoutReason() {
        return new AdminVerb(action, keys, details, scope, false, edit);
    }

    /** The same verb, on the environment as a whole. */
    public AdminVerb onEnvironment() {
        return new AdminVerb(action, keys, details, Scope.ENVIRONMENT, needsReason, edit);
    }

    /** Whose revision an expected revision means. */
    public enum Scope {
        FLAGS,
        ENVIRONMENT
    }

    /** From what is there to what shall be. */
    @FunctionalInterface
    public interface Edit {
        /** Throws a {@link dev.flags.FlagsException} to give up with nothing written. */
        Plan plan(Commit.Found found);
    }

    /**
     * What an edit wants.
     *
     * @param flags the wanted states of the flags that were asked for, by key, in that order; also those that stay as they are
     * @param segments the wanted segments; an empty value removes one
     * @param settings the wanted settings, when they change
     * @param unknownKeys keys that were asked for and are not known
     * @param question asked before it is done, unless empty
     * @param notes what a person should know
     * @param details facts for the audit entry that are known only now
     * @param replacement there when the store is made whole by it
     */
    public record Plan(
            Map<String, FlagState> flags,
            Map<String, Optional<Segment>> segments,
            Optional<EnvironmentSettings> settings,
            List<String> unknownKeys,
            String question,
            List<String> notes,
            Map<String, Object> details,
            Optional<Commit.Replacement> replacement) {
        public Plan {
            flags = Collections.unmodifiableMap(new LinkedHashMap<>(flags));
            segments = Map.copyOf(segments);
            unknownKeys = List.copyOf(unknownKeys);
            notes = List.copyOf(notes);
            details = Map.copyOf(details);
        }

        /** On top of what is there. */
        public Plan(
                Map<String, FlagState> flags,
                Map<String, Optional<Segment>> segments,
                Optional<EnvironmentSettings> settings,
                List<String> unknownKeys,
                String question,
                List<String> notes,
                Map<String, Object> details) {
            this(flags, segments, settings, unknownKeys, question, notes, details, Optional.empty());
        }

        /** Only settings. */
        static Plan settings(EnvironmentSettings settings) {
            return new Plan(Map.of(), Map.of(), Optional.of(settings), List.of(), "", List.of(), Map.of());
        }

        /** Only flags. */
        public static Plan flags(Map<String, FlagState> flags, List<String> notes) {
            return new Plan(flags, Map.of(), Optional.empty(), List.of(), "", notes, Map.of());
        }

        /** One flag. */
        public static Plan flag(FlagState flag, List<String> notes) {
            return flags(Map.of(flag.key(), flag), notes);
        }
    }
}
