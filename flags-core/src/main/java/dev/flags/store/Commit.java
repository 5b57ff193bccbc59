package dev.flags.store;

import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A change to be made, with what its audit entry says of it. Immutable.
 *
 * @param actor who
 * @param action the verb: {@code kill}, {@code set}, …
 * @param reason why; {@code unspecified} when nobody said
 * @param details further facts for the entry, for instance {@code restoredRevision}; JSON values
 * @param edit what to change, given the state it finds
 */
public record Commit(Actor actor, String action, String reason, Map<String, Object> details, Edit edit) {
    /** The action by which followers know that somebody has put the flags of a wiped store back. */
    public static final String RESTORE = "restore";

    public Commit {
        details = Map.copyOf(details);
    }

    /** A pure function from the state found to what is to be written. May be called more than once. */
    @FunctionalInterface
    public interface Edit {
        /** Throws a {@link dev.flags.FlagsException} to give up with nothing written. */
        Result apply(Found found);
    }

    /** The state at the head that the commit will be based on. Valid only during {@link Edit#apply}. */
    public interface Found {
        Head head();

        /** Store time of the commit. */
        Instant now();

        /** The flag; {@link FlagState#absent} when never stored. */
        FlagState flag(String key);

        Collection<FlagState> flags();

        Map<String, Segment> segments();

        EnvironmentSettings settings();

        /** The newest audit entries below a revision that touch a flag, newest first. */
        Iterable<AuditEntry> historyBefore(long revision, Optional<String> key);
    }

    /** What the edit wants. */
    public sealed interface Result {}

    /**
     * Write these. A flag whose records all equal what is stored is left out; with nothing left, nothing is committed.
     *
     * @param flags by key; only definition, kill and rollout are taken, and a record whose text could not be understood is kept
     *     as it is unless a new one is given
     * @param segments by name; an empty value removes it
     * @param settings new settings, when they change
     * @param details facts for the audit entry that only the edit can know, such as what it restored; added to {@link
     *     Commit#details}
     * @param replacement there when the store is made whole by this, which is written even when no record differs
     */
    public record Write(
            Map<String, FlagState> flags,
            Map<String, Optional<Segment>> segments,
            Optional<EnvironmentSettings> settings,
            Map<String, Object> details,
            Optional<Replacement> replacement)
            implements Result {
        public Write {
            flags = Map.copyOf(flags);
            segments = Map.copyOf(segments);
            details = Map.copyOf(details);
        }

        /** On top of what is there. */
        public Write(
                Map<String, FlagState> flags,
                Map<String, Optional<Segment>> segments,
                Optional<EnvironmentSettings> settings,
                Map<String, Object> details) {
            this(flags, segments, settings, details, Optional.empty());
        }

        /** Without facts of its own. */
        public Write(
                Map<String, FlagState> flags,
                Map<String, Optional<Segment>> segments,
                Optional<EnvironmentSettings> settings) {
            this(flags, segments, settings, Map.of());
        }

        public static Write flags(Map<String, FlagState> flags) {
            return new Write(flags, Map.of(), Optional.empty());
        }
    }

    /**
     * What is found and what is written are all that there is from now on: nothing is missing any more.
     *
     * @param continuing the head of a lost history that the commit follows on instead of the one found; only in a store without
     *     any history
     */
    public record Replacement(Optional<Head> continuing) {}

    /**
     * Somebody was first.
     *
     * @param key the flag, or {@code *} for the environment
     * @param expected the revision that the change was based on
     * @param actual the revision found
     */
    public record Refused(String key, long expected, long actual) implements Result {}

    /** Convenience for edits with an optional expectation of a flag's revision. */
    public static Optional<Refused> unexpected(FlagState found, OptionalLong expected) {
        return expected.isPresent() && expected.getAsLong() != found.revision()
                ? Optional.of(new Refused(found.key(), expected.getAsLong(), found.revision()))
                : Optional.empty();
    }
}
