package dev.flags.store;

import dev.flags.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Writes and reads the payload that {@link AuditEntry} documents. Immutable. */
final class AuditPayload {
    private static final int SCHEMA = 1;

    private final JsonTree tree;
    private final AuditEntry entry;

    private AuditPayload(StoredEntry stored, JsonTree tree) {
        this.tree = tree;
        JsonTree actor = tree.tree("actor");
        List<String> keys = new ArrayList<>();
        tree.list("keys").forEach(key -> keys.add(String.valueOf(key)));
        this.entry = new AuditEntry(
                tree.string("environment"),
                tree.integer("revision"),
                Instant.parse(tree.string("at")),
                new Actor(actor.string("name"), actor.stringOr("osUser", ""), actor.stringOr("host", "")),
                tree.string("action"),
                tree.string("reason"),
                Collections.unmodifiableMap(tree.objectOrEmpty("details")),
                Collections.unmodifiableList(keys),
                Collections.unmodifiableMap(tree.objectOrEmpty("before")),
                Collections.unmodifiableMap(tree.objectOrEmpty("after")),
                tree.string("previousHash"),
                stored.hash(),
                stored.payload());
    }

    /**
     * Reads a stored entry.
     *
     * @throws StoreDamagedException when it is not a payload of ours
     */
    static AuditPayload parse(StoredEntry stored) {
        try {
            JsonTree tree = JsonTree.parse(stored.payload());
            requireKnownSchema(stored, tree);
            return new AuditPayload(stored, tree);
        } catch (JsonTree.JsonMismatch | DateTimeException e) {
            throw unreadable(stored, e);
        }
    }

    static void requireKnownSchema(StoredEntry stored, JsonTree tree) {
        if (tree.integer("schema") > SCHEMA) {
            throw new StoreDamagedException("audit entry " + stored.revision() + " was made by a newer version (schema "
                    + tree.integer("schema") + "); use that version or a later one");
        }
    }

    static StoreDamagedException unreadable(StoredEntry stored, RuntimeException why) {
        return new StoreDamagedException(
                "audit entry " + stored.revision() + " cannot be read (" + why.getMessage()
                        + "); 'flags audit verify' shows whether it was altered",
                why);
    }

    AuditEntry entry() {
        return entry;
    }

    String epoch() {
        return tree.string("epoch");
    }

    /** The settings that the commit made, or null when it left them. */
    @Nullable
    String settingsAfter() {
        return tree.has("settings") ? JsonTree.text(tree.tree("settings").get("after")) : null;
    }

    /**
     * What a commit changes, as records.
     *
     * @param flags before (null when never stored) and after
     * @param named flags that it is about and that stay as they are
     * @param segments before (null when never stored) and after
     * @param settingsBefore as stored, or null
     * @param settings new, or null when they stay
     */
    record Changes(
            List<Change<StoredFlag>> flags,
            List<StoredFlag> named,
            List<Change<StoredSegment>> segments,
            @Nullable String settingsBefore,
            @Nullable String settings) {
        boolean isEmpty() {
            return flags.isEmpty() && segments.isEmpty() && settings == null;
        }
    }

    /**
     * @param <T> the kind of record
     */
    record Change<T>(@Nullable T before, T after) {}

    /** The entry of a commit on top of a head. */
    static StoredEntry write(
            String environment, Head head, Instant at, Optional<String> login, Commit commit, Changes changes) {
        long revision = head.revision() + 1;
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("schema", (long) SCHEMA);
        payload.put("environment", environment);
        payload.put("epoch", head.epoch());
        payload.put("revision", revision);
        payload.put("commit", Long.toHexString(ThreadLocalRandom.current().nextLong()));
        payload.put("at", at.toString());
        payload.put("actor", actor(commit.actor(), login));
        payload.put("action", commit.action());
        payload.put("reason", commit.reason());
        payload.put("details", commit.details());
        List<Change<StoredFlag>> about = new ArrayList<>(changes.flags());
        changes.named().forEach(flag -> about.add(new Change<>(flag, flag)));
        payload.put("keys", about.stream().map(flag -> flag.after().key()).toList());
        payload.put("before", flags(about, true));
        payload.put("after", flags(about, false));
        if (!changes.segments().isEmpty()) {
            payload.put("segments", segments(changes.segments()));
        }
        if (changes.settings() != null) {
            payload.put(
                    "settings",
                    beforeAfter(JsonTree.embed(changes.settingsBefore()), JsonTree.embed(changes.settings())));
        }
        payload.put("previousHash", head.hash());
        String text = Json.write(payload);
        return new StoredEntry(revision, text, AuditChain.hash(text));
    }

    private static Map<String, Object> actor(Actor actor, Optional<String> login) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", actor.name());
        members.put("osUser", actor.osUser());
        members.put("host", actor.host());
        login.ifPresent(name -> members.put("login", name));
        return members;
    }

    private static Map<String, Object> flags(Collection<Change<StoredFlag>> changes, boolean before) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (Change<StoredFlag> change : changes) {
            StoredFlag flag = before ? change.before() : change.after();
            putNullable(members, change.after().key(), flag == null ? null : flag(flag));
        }
        return members;
    }

    private static Map<String, Object> flag(StoredFlag flag) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("revision", flag.revision());
        putNullable(members, "definition", JsonTree.embed(flag.definition()));
        putNullable(members, "kill", JsonTree.embed(flag.kill()));
        putNullable(members, "rollout", JsonTree.embed(flag.rollout()));
        return members;
    }

    private static Map<String, Object> segments(List<Change<StoredSegment>> changes) {
        Map<String, Object> before = new LinkedHashMap<>();
        Map<String, Object> after = new LinkedHashMap<>();
        for (Change<StoredSegment> change : changes) {
            StoredSegment old = change.before();
            putNullable(before, change.after().name(), JsonTree.embed(old == null ? null : old.document()));
            putNullable(
                    after, change.after().name(), JsonTree.embed(change.after().document()));
        }
        return beforeAfter(before, after);
    }

    private static Map<String, Object> beforeAfter(@Nullable Object before, @Nullable Object after) {
        Map<String, Object> members = new LinkedHashMap<>();
        putNullable(members, "before", before);
        putNullable(members, "after", after);
        return members;
    }

    // the JSON values of dev.flags.json may be null inside maps, which the type Map<String, Object> does not say
    @SuppressWarnings("NullAway")
    private static void putNullable(Map<String, Object> members, String name, @Nullable Object value) {
        members.put(name, value);
    }
}
