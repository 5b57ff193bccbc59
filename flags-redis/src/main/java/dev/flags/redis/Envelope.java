package dev.flags.redis;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the hashes of flags and of segments hold for one key: a JSON object with the definition as its last member, so that one
 * read gets all of it and the definition can be taken out byte for byte, without decoding it.
 *
 * <pre>{@code {"revision":12,"updatedAt":"2026-11-21T11:15:00.123Z","updatedBy":"ada","definition":{…}}}</pre>
 *
 * <p>What is not of this form was put there by something else. It is handed on as a definition that nobody can read, which is one
 * malformed flag and no failure; even where it would be a readable document, since no audit entry says who made it.
 */
final class Envelope {
    private static final String REVISION = "{\"revision\":";
    private static final String UPDATED_AT = ",\"updatedAt\":\"";
    private static final String UPDATED_BY = "\",\"updatedBy\":";
    // inside a JSON string its quotes would be escaped, so the first occurrence is the member
    private static final String DEFINITION = ",\"definition\":";
    private static final String SEGMENT = ",\"segment\":";
    private static final String NOTHING = "null";
    private static final String UNREADABLE = "not written by flags: ";

    private Envelope() {}

    static String of(StoredFlag flag) {
        return REVISION + flag.revision() + UPDATED_AT + flag.updatedAt() + UPDATED_BY + Json.write(flag.updatedBy())
                + DEFINITION + orNull(flag.definition()) + "}";
    }

    static String of(StoredSegment segment) {
        return REVISION + segment.revision() + SEGMENT + orNull(segment.document()) + "}";
    }

    /**
     * A flag's records.
     *
     * @param record null when there is none, although there is a latch or a run
     */
    static StoredFlag flag(String key, @Nullable String record, @Nullable String kill, @Nullable String rollout) {
        if (record == null) {
            return new StoredFlag(key, 0, null, kill, rollout, Instant.EPOCH, "");
        }
        int at = record.indexOf(UPDATED_AT);
        int by = record.indexOf(UPDATED_BY);
        int definition = record.indexOf(DEFINITION);
        if (record.startsWith(REVISION) && at > 0 && by > at && definition > by && record.endsWith("}")) {
            try {
                return new StoredFlag(
                        key,
                        Long.parseLong(record, REVISION.length(), at, 10),
                        orNothing(record.substring(definition + DEFINITION.length(), record.length() - 1)),
                        kill,
                        rollout,
                        Instant.parse(record.substring(at + UPDATED_AT.length(), by)),
                        text(record.substring(by + UPDATED_BY.length(), definition)));
            } catch (NumberFormatException | DateTimeException | JsonException e) {
                return unreadable(key, record, kill, rollout);
            }
        }
        return unreadable(key, record, kill, rollout);
    }

    /** A kill without its flag's record is one too: it must be found in what is left of a damaged store. */
    static List<StoredFlag> flags(Map<String, String> flags, Map<String, String> kills, Map<String, String> rollouts) {
        TreeSet<String> names = new TreeSet<>(flags.keySet());
        names.addAll(kills.keySet());
        names.addAll(rollouts.keySet());
        List<StoredFlag> stored = new ArrayList<>(names.size());
        for (String name : names) {
            stored.add(flag(name, flags.get(name), kills.get(name), rollouts.get(name)));
        }
        return stored;
    }

    static StoredSegment segment(String name, String record) {
        int document = record.indexOf(SEGMENT);
        if (record.startsWith(REVISION) && document > 0 && record.endsWith("}")) {
            try {
                return new StoredSegment(
                        name,
                        Long.parseLong(record, REVISION.length(), document, 10),
                        orNothing(record.substring(document + SEGMENT.length(), record.length() - 1)));
            } catch (NumberFormatException e) {
                return new StoredSegment(name, 0, UNREADABLE + record);
            }
        }
        return new StoredSegment(name, 0, UNREADABLE + record);
    }

    static List<StoredSegment> segments(Map<String, String> records) {
        List<StoredSegment> segments = new ArrayList<>(records.size());
        new TreeMap<>(records).forEach((name, record) -> segments.add(segment(name, record)));
        return segments;
    }

    private static StoredFlag unreadable(String key, String record, @Nullable String kill, @Nullable String rollout) {
        return new StoredFlag(key, 0, UNREADABLE + record, kill, rollout, Instant.EPOCH, "");
    }

    private static String orNull(@Nullable String document) {
        return document == null ? NOTHING : document;
    }

    private static @Nullable String orNothing(String document) {
        return document.equals(NOTHING) ? null : document;
    }

    private static String text(String json) {
        if (json.length() >= 2 && json.startsWith("\"") && json.endsWith("\"") && json.indexOf('\\') < 0) {
            return json.substring(1, json.length() - 1);
        }
        return String.valueOf(Json.parse(json));
    }
}
