package dev.flags.admin;

import dev.flags.NoSuchFlagException;
import dev.flags.json.Json;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import dev.flags.model.SegmentVersion;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.EnvironmentSettings.Archived;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Restoring earlier definitions, as the audit history has them. */
final class Undo {
    private static final String DEFINITION = "definition";

    private Undo() {}

    static AdminVerb.Edit flags(List<String> keys, OptionalLong toRevision, String by) {
        return found -> {
            UnderWay underWay = new UnderWay(by, found.now());
            toRevision.ifPresent(revision -> requireRevision(found, revision));
            Map<String, FlagState> flags = new LinkedHashMap<>();
            List<String> notes = new ArrayList<>();
            Map<String, Object> before = new LinkedHashMap<>();
            for (String key : keys) {
                FlagState present = found.flag(key);
                Earlier earlier = toRevision.isPresent()
                        ? asOf(found, key, toRevision.getAsLong())
                        : beforeLastChange(found, key);
                FlagState after = restored(present, earlier, underWay);
                flags.put(key, after);
                notes.add(earlier.note());
                notes.addAll(FlagStates.notes(after));
                before.put(key, earlier.undone());
            }
            Prerequisites.requireNoCycle(found, flags);
            Map<String, Object> details = toRevision.isPresent() ? Map.of() : Map.of("restoredBefore", before);
            return new AdminVerb.Plan(flags, Map.of(), Optional.empty(), List.of(), "", notes, details);
        };
    }

    static AdminVerb.Edit all(long toRevision, String by) {
        return found -> {
            UnderWay underWay = new UnderWay(by, found.now());
            requireRevision(found, toRevision);
            Map<String, FlagState> flags = new LinkedHashMap<>();
            List<String> notes = new ArrayList<>();
            for (FlagState before : found.flags()) {
                Earlier earlier = before.revision() <= toRevision
                        ? null
                        : stateAt(found, before.key(), toRevision)
                                .or(() -> archivedState(found, before.key(), toRevision))
                                .orElse(Earlier.absent(before.key(), toRevision));
                FlagState after = earlier == null ? before : restored(before, earlier, underWay);
                if (!after.equals(before)) {
                    flags.put(before.key(), after);
                    notes.addAll(FlagStates.notes(after));
                }
            }
            return new AdminVerb.Plan(
                    flags, segmentsAt(found, toRevision), Optional.empty(), List.of(), "", notes, Map.of());
        };
    }

    /** The segments that were changed since, as they were: the oldest change since then says what was before it. */
    private static Map<String, Optional<Segment>> segmentsAt(Commit.Found found, long revision) {
        Map<String, Optional<Segment>> segments = new LinkedHashMap<>();
        for (AuditEntry entry : found.historyBefore(Long.MAX_VALUE, Optional.empty())) {
            if (entry.revision() <= revision) {
                break;
            }
            if (Json.parse(entry.payload(), Json.MAX_FILE_BYTES) instanceof Map<?, ?> payload
                    && payload.get("segments") instanceof Map<?, ?> changed
                    && changed.get("before") instanceof Map<?, ?> before
                    && changed.get("after") instanceof Map<?, ?> after) {
                // a segment that the change made is in "after" alone, or is null before
                after.keySet()
                        .forEach(name -> segments.put(
                                String.valueOf(name),
                                Optional.ofNullable(before.get(name))
                                        .map(tree -> FlagJson.segment("segments/" + name, tree))
                                        .map(earlier -> withMembersThatAreThere(
                                                earlier, found.segments().get(String.valueOf(name))))));
            }
        }
        return segments;
    }

    /** Of imported members the store holds the last two versions: what is older cannot be gone back to. */
    private static Segment withMembersThatAreThere(Segment earlier, @Nullable Segment present) {
        Optional<SegmentVersion> now = present == null ? Optional.empty() : present.members();
        boolean isThere = now.isEmpty()
                || earlier.members()
                        .map(SegmentVersion::version)
                        .filter(version -> !version.equals(now.get().version())
                                && !now.get().previous().filter(version::equals).isPresent())
                        .isEmpty();
        return isThere ? earlier : earlier.withMembers(now);
    }

    private static void requireRevision(Commit.Found found, long revision) {
        if (revision < 0 || revision > found.head().revision()) {
            throw new NoSuchFlagException("there is no revision " + revision + "; the last is "
                    + found.head().revision());
        }
        archived(found).filter(anchor -> revision < anchor.revision()).ifPresent(anchor -> {
            throw new NoSuchFlagException(anchor.whyNot(revision));
        });
    }

    /** Each entry says how the flag was before it, so the newest that changed the definition is all that is needed. */
    private static Earlier beforeLastChange(Commit.Found found, String key) {
        for (AuditEntry entry : found.historyBefore(Long.MAX_VALUE, Optional.of(key))) {
            Object was = definitionIn(entry.before().get(key));
            if (!Objects.equals(was, definitionIn(entry.after().get(key)))) {
                return new Earlier(
                        key,
                        was,
                        entry.revision(),
                        "restores " + key + " as it was before revision " + entry.revision() + " (" + entry.action()
                                + " by " + entry.actor().name() + ")");
            }
        }
        throw new NoSuchFlagException("there is no flag '" + key + "' with an earlier definition"
                + archived(found)
                        .map(anchor -> " in the log; " + anchor.whyNot(anchor.revision()))
                        .orElse(""));
    }

    private static Earlier asOf(Commit.Found found, String key, long revision) {
        return stateAt(found, key, revision)
                .or(() -> archivedState(found, key, revision))
                .orElseThrow(() -> new NoSuchFlagException("there was no flag '" + key + "' at revision " + revision
                        + "; 'flags history " + key + "' shows when it changed"));
    }

    private static Optional<Earlier> stateAt(Commit.Found found, String key, long revision) {
        for (AuditEntry entry : found.historyBefore(revision + 1, Optional.of(key))) {
            return Optional.of(new Earlier(
                    key,
                    definitionIn(entry.after().get(key)),
                    entry.revision(),
                    "restores " + key + " as of revision " + entry.revision()));
        }
        return Optional.empty();
    }

    private static Optional<Archived> archived(Commit.Found found) {
        return found.settings().archived();
    }

    /**
     * The state at a revision that the log reaches back to, of a flag whose own change before it is archived: the next change says
     * what was before it.
     */
    private static Optional<Earlier> archivedState(Commit.Found found, String key, long revision) {
        if (archived(found).isEmpty()) {
            return Optional.empty();
        }
        FlagState present = found.flag(key);
        if (present.revision() > 0 && present.revision() <= revision) {
            return present.definition()
                    .map(definition -> new Earlier(
                            key, FlagJson.toTree(definition), revision, key + " is as it was at revision " + revision));
        }
        Optional<Earlier> earlier = Optional.empty();
        for (AuditEntry entry : found.historyBefore(Long.MAX_VALUE, Optional.of(key))) {
            Object was = definitionIn(entry.before().get(key));
            earlier = was == null
                    ? Optional.empty()
                    : Optional.of(
                            new Earlier(key, was, entry.revision(), "restores " + key + " as of revision " + revision));
        }
        return earlier;
    }

    private static FlagState restored(FlagState before, Earlier earlier, UnderWay underWay) {
        if (earlier.tree == null) {
            return before.definition().isPresent()
                    ? underWay.archived(before, before.definition().get())
                    : before;
        }
        FlagDefinition definition = FlagJson.definition(earlier.key, earlier.tree);
        return underWay.redefined(before, definition);
    }

    private static @Nullable Object definitionIn(@Nullable Object state) {
        return state instanceof Map<?, ?> map ? map.get(DEFINITION) : null;
    }

    /**
     * An earlier definition.
     *
     * @param tree its JSON; null when the flag was not there
     * @param undone the revision whose change it was looked up by
     */
    private record Earlier(String key, @Nullable Object tree, long undone, String note) {
        static Earlier absent(String key, long revision) {
            return new Earlier(key, null, revision, key + " was not there at revision " + revision);
        }
    }
}
