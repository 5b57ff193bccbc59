package dev.flags.store;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.InvalidFlagException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an environment demands of those who change it, what is to be changed later, and where its log begins. As JSON {@code {"schema":
 * 1, "protected": true, "archived": {"revision": 5000, "hash": "9f86…", "file": "…", "entries": 5000}, "scheduled": […]}}. Immutable.
 *
 * @param isProtected every change needs a reason, and one that raises exposure needs a confirmation
 * @param archived what the first entry of the log follows on, when it does not begin at {@link AuditChain#ROOT}
 * @param scheduled changes that are to be made at a time, in that order; at most {@value #MOST_SCHEDULED}
 * @param extra fields this version does not know, kept as they are
 */
public record EnvironmentSettings(
        boolean isProtected, Optional<Archived> archived, List<ScheduledChange> scheduled, Map<String, Object> extra) {
    /** Settings are read with every head, so they stay short. */
    public static final int MOST_SCHEDULED = 100;

    public static final EnvironmentSettings DEFAULT = new EnvironmentSettings(false, Map.of());

    private static final String ARCHIVED = "archived";
    private static final String SCHEDULED = "scheduled";

    public EnvironmentSettings {
        scheduled = scheduled.stream().sorted(ScheduledChange.ORDER).toList();
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /** With nothing scheduled. */
    public EnvironmentSettings(boolean isProtected, Optional<Archived> archived, Map<String, Object> extra) {
        this(isProtected, archived, List.of(), extra);
    }

    /** With the whole log in the store, and nothing scheduled. */
    public EnvironmentSettings(boolean isProtected, Map<String, Object> extra) {
        this(isProtected, Optional.empty(), extra);
    }

    /**
     * The anchor of a log whose beginning lies elsewhere.
     *
     * @param revision the last revision that is not in the log any more
     * @param hash that entry's hash
     * @param file where the entries went, or the saved snapshot that the environment was restored from
     * @param entries how many entries the file holds; 0 when none were kept
     */
    public record Archived(long revision, String hash, String file, long entries) {
        /** Why a revision cannot be looked at, for a person. */
        public String whyNot(long wanted) {
            return entries == 0
                    ? "revision " + wanted + " is not in the log: the environment was restored at revision " + revision
                            + " from the saved snapshot " + file + ", which holds no history"
                    : "revision " + wanted + " is no longer in the log: the entries up to revision " + revision
                            + " were moved to " + file
                            + (wanted <= revision - entries ? " and to archives made before it" : "");
        }
    }

    /** The same, protected or not. */
    public EnvironmentSettings protect(boolean to) {
        return new EnvironmentSettings(to, archived, scheduled, extra);
    }

    /** The same, with a log that begins after this. */
    public EnvironmentSettings beginningAfter(Archived anchor) {
        return new EnvironmentSettings(isProtected, Optional.of(anchor), scheduled, extra);
    }

    /** The same, with the whole log. */
    public EnvironmentSettings beginningAtTheRoot() {
        return new EnvironmentSettings(isProtected, Optional.empty(), scheduled, extra);
    }

    /** The same, with these changes scheduled. */
    public EnvironmentSettings scheduling(List<ScheduledChange> changes) {
        return new EnvironmentSettings(isProtected, archived, changes, extra);
    }

    /** The flags by key of which something is scheduled here or there, and not in both. */
    Set<String> scheduledOtherwise(EnvironmentSettings other) {
        Set<String> flags = new TreeSet<>();
        scheduled.stream()
                .filter(change -> !other.scheduled.contains(change))
                .forEach(change -> flags.add(change.flag()));
        other.scheduled.stream()
                .filter(change -> !scheduled.contains(change))
                .forEach(change -> flags.add(change.flag()));
        return flags;
    }

    /**
     * Reads them from JSON.
     *
     * @param path where they are, for problems
     * @param text JSON
     * @throws InvalidFlagException when it is no such document, or one made by a newer version
     */
    public static EnvironmentSettings parse(String path, String text) {
        Object tree;
        try {
            tree = Json.parse(text);
        } catch (JsonException e) {
            throw new InvalidFlagException(path, String.valueOf(e.getMessage()));
        }
        if (!(tree instanceof Map)) {
            throw new InvalidFlagException(path, "must be an object");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        ((Map<?, ?>) tree).forEach((name, value) -> fields.put(String.valueOf(name), value));
        Object schema = fields.remove("schema");
        if (schema != null && !schema.equals(1L)) {
            throw new InvalidFlagException(
                    path + "/schema", "must be 1, was " + schema + "; a newer version may have made it");
        }
        Object isProtected = fields.remove("protected");
        if (isProtected != null && !(isProtected instanceof Boolean)) {
            throw new InvalidFlagException(path + "/protected", "must be true or false");
        }
        Object archived = fields.remove(ARCHIVED);
        Object scheduled = fields.remove(SCHEDULED);
        return new EnvironmentSettings(
                Boolean.TRUE.equals(isProtected),
                archived == null ? Optional.empty() : Optional.of(archived(path + "/" + ARCHIVED, archived)),
                scheduled == null ? List.of() : ScheduledChange.parseAll(path + "/" + SCHEDULED, scheduled),
                fields);
    }

    private static Archived archived(String path, Object tree) {
        if (tree instanceof Map<?, ?> anchor
                && anchor.get("revision") instanceof Long revision
                && anchor.get("hash") instanceof String hash
                && anchor.get("file") instanceof String file
                && anchor.get("entries") instanceof Long entries) {
            return new Archived(revision, hash, file, entries);
        }
        throw new InvalidFlagException(path, "must have revision, hash, file and entries");
    }

    /** Compact JSON text. */
    public String write() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", 1L);
        tree.put("protected", isProtected);
        archived.ifPresent(anchor -> {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("revision", anchor.revision());
            members.put("hash", anchor.hash());
            members.put("file", anchor.file());
            members.put("entries", anchor.entries());
            tree.put(ARCHIVED, members);
        });
        if (!scheduled.isEmpty()) {
            tree.put(SCHEDULED, scheduled.stream().map(ScheduledChange::tree).toList());
        }
        extra.forEach(tree::putIfAbsent);
        return Json.write(tree);
    }
}
