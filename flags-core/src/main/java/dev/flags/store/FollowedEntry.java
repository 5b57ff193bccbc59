package dev.flags.store;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.json.JsonShape;
import dev.flags.json.JsonShape.Part;
import dev.flags.model.FlagState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a follower takes from an audit entry ({@link AuditEntry} documents the form): its place in the chain, and what is there after it.
 * Every instance reads every commit, so the rest is read over — what was there before, and why it was changed — and a record's text is
 * taken as it stands, with what it means beside it. Immutable.
 *
 * @param head where a follower stands after it
 * @param previousHash the hash of the entry before
 * @param flags those that it changed
 * @param segments those that it changed
 * @param settings new, or null when they stayed
 */
record FollowedEntry(
        Head head,
        String previousHash,
        List<After> flags,
        List<StoredSegment> segments,
        @Nullable String settings) {

    private static final JsonShape SHAPE = JsonShape.members(Map.of(
            "schema", JsonShape.VALUE,
            "epoch", JsonShape.VALUE,
            "revision", JsonShape.VALUE,
            "at", JsonShape.VALUE,
            "actor", JsonShape.members(Map.of("name", JsonShape.VALUE)),
            "after",
                    JsonShape.each(JsonShape.members(Map.of(
                            "revision", JsonShape.VALUE,
                            "definition", JsonShape.PART,
                            "kill", JsonShape.PART,
                            "rollout", JsonShape.PART))),
            "segments", JsonShape.members(Map.of("after", JsonShape.each(JsonShape.PART))),
            "settings", JsonShape.members(Map.of("after", JsonShape.PART)),
            "previousHash", JsonShape.VALUE));

    /**
     * A flag after a commit.
     *
     * @param stored its records, as the store holds them but for white space
     */
    record After(
            StoredFlag stored,
            @Nullable Part definition,
            @Nullable Part kill,
            @Nullable Part rollout) {
        /** What the records mean. */
        FlagState state() {
            return Records.state(stored, tree(definition), tree(kill), tree(rollout));
        }
    }

    /**
     * Reads a stored entry; whether its hash is right is not looked at.
     *
     * @throws StoreDamagedException when it is not a payload of ours
     */
    static FollowedEntry read(StoredEntry stored) {
        try {
            JsonTree tree = JsonTree.of("the document", Json.parse(stored.payload(), Json.MAX_FILE_BYTES, SHAPE));
            AuditPayload.requireKnownSchema(stored, tree);
            return new FollowedEntry(
                    new Head(tree.string("epoch"), tree.integer("revision"), stored.hash()),
                    tree.string("previousHash"),
                    flags(tree),
                    segments(stored, tree),
                    tree.has("settings") ? text(part(tree.tree("settings"), "after")) : null);
        } catch (JsonException | JsonTree.JsonMismatch | DateTimeException e) {
            throw AuditPayload.unreadable(stored, e);
        }
    }

    private static List<After> flags(JsonTree tree) {
        Instant at = TimeText.parse(tree.string("at"));
        String actor = tree.tree("actor").string("name");
        long here = tree.integer("revision");
        List<After> flags = new ArrayList<>(1);
        tree.objectOrEmpty("after").forEach((key, records) -> {
            JsonTree flag = JsonTree.of("after/" + key, records);
            if (flag.integer("revision") != here) {
                return; // the entry is about it and has not changed it
            }
            Part definition = part(flag, "definition");
            Part kill = part(flag, "kill");
            Part rollout = part(flag, "rollout");
            flags.add(new After(
                    new StoredFlag(
                            key, flag.integer("revision"), text(definition), text(kill), text(rollout), at, actor),
                    definition,
                    kill,
                    rollout));
        });
        return flags;
    }

    private static List<StoredSegment> segments(StoredEntry stored, JsonTree tree) {
        if (!tree.has("segments")) {
            return List.of();
        }
        List<StoredSegment> segments = new ArrayList<>();
        JsonTree after = JsonTree.of("'after'", tree.tree("segments").objectOrEmpty("after"));
        after.members()
                .keySet()
                .forEach(name -> segments.add(new StoredSegment(name, stored.revision(), text(part(after, name)))));
        return segments;
    }

    private static @Nullable Part part(JsonTree tree, String name) {
        return (Part) tree.get(name);
    }

    /** The text of a record; one that is not JSON stands in the entry as a string. */
    private static @Nullable String text(@Nullable Part part) {
        return part == null ? null : part.value() instanceof String text ? text : part.text();
    }

    /** The value that a record's text is; null when the text is to be read, because it is none, or is too long for a record. */
    private static @Nullable Object tree(@Nullable Part part) {
        return part == null || part.value() instanceof String || Json.utf8Length(part.text()) > Json.MAX_DOCUMENT_BYTES
                ? null
                : part.value();
    }
}
