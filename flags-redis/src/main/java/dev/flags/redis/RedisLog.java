package dev.flags.redis;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.store.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.XTrimParams;
import redis.clients.jedis.resps.StreamEntry;

/**
 * The stream of audit entries and the index of which of them touch a flag. Throws Jedis' exceptions. Confined to one thread.
 */
final class RedisLog {
    private static final int PAGE = 200;

    private final RedisReading reading;
    private final RedisKeys keys;

    RedisLog(RedisReading reading, RedisKeys keys) {
        this.reading = reading;
        this.keys = keys;
    }

    /**
     * An entry, with the history that it belongs to.
     *
     * @param epoch empty in an entry that is not ours
     */
    record Entry(StoredEntry stored, String epoch) {
        long revision() {
            return stored.revision();
        }
    }

    Optional<Entry> last() {
        return last(reading.run(reading.commands().xrevrange(keys.log(), "+", "-", 1)));
    }

    static Optional<Entry> last(List<StreamEntry> newest) {
        return newest.stream().findFirst().map(RedisLog::entry);
    }

    /** The highest revision that there ever was, entries that were deleted included. */
    long highestRevisionEver() {
        return reading.run(reading.commands().xinfoStream(keys.log()))
                .getLastGeneratedId()
                .getTime();
    }

    List<StoredEntry> after(long revision, int limit) {
        return entries(reading.run(reading.commands().xrange(keys.log(), String.valueOf(revision + 1), "+", limit)));
    }

    List<StoredEntry> before(long revision, int limit, Optional<String> touching) {
        if (revision <= 0 || limit <= 0) {
            return List.of();
        }
        String newest = revision == Long.MAX_VALUE ? "+" : String.valueOf(revision - 1);
        if (touching.isEmpty()) {
            return entries(reading.run(reading.commands().xrevrange(keys.log(), newest, "-", limit)));
        }
        List<String> revisions = reading.run(reading.commands()
                .zrevrangeByScore(
                        keys.history(touching.get()), newest.equals("+") ? "+inf" : newest, "-inf", 0, limit));
        try (Pipeline pipeline = new Pipeline(reading.connection())) {
            List<Response<List<StreamEntry>>> found = revisions.stream()
                    .map(each -> pipeline.xrange(keys.log(), each, each))
                    .toList();
            pipeline.sync();
            return found.stream().flatMap(each -> entries(each.get()).stream()).toList();
        }
    }

    /** The newest settings that it has, for an environment whose head record is gone. */
    @Nullable
    String settings() {
        long before = Long.MAX_VALUE;
        List<StoredEntry> page;
        do {
            page = before(before, PAGE, Optional.empty());
            for (StoredEntry entry : page) {
                before = entry.revision();
                Optional<String> settings = settingsOf(entry.payload());
                if (settings.isPresent()) {
                    return settings.get();
                }
            }
        } while (page.size() == PAGE);
        return null;
    }

    private static Optional<String> settingsOf(String payload) {
        // most entries have none, and parsing costs
        if (!payload.contains("\"settings\":")) {
            return Optional.empty();
        }
        try {
            if (Json.parse(payload, Integer.MAX_VALUE) instanceof Map<?, ?> entry
                    && entry.get("settings") instanceof Map<?, ?> settings) {
                Object after = settings.get("after");
                return after == null ? Optional.empty() : Optional.of(Json.write(after));
            }
        } catch (JsonException e) {
            // an entry that was altered says nothing; 'audit verify' reports it
        }
        return Optional.empty();
    }

    /** Removes the entries up to and including a revision, and then what the index has of them, flag by flag. */
    void remove(long through) {
        reading.run(reading.commands()
                .xtrim(keys.log(), XTrimParams.xTrimParams().exactTrimming().minId(String.valueOf(through + 1))));
        KeyScan.of(reading, keys.history("*"), page -> {
            try (Pipeline pipeline = new Pipeline(reading.connection())) {
                List<Response<Long>> removed = page.stream()
                        .map(key -> pipeline.zremrangeByScore(key, "-inf", String.valueOf(through)))
                        .toList();
                pipeline.sync();
                // a refusal is in the replies
                removed.forEach(Response::get);
            }
        });
    }

    static List<StoredEntry> entries(List<StreamEntry> entries) {
        List<StoredEntry> stored = new ArrayList<>(entries.size());
        for (StreamEntry entry : entries) {
            stored.add(entry(entry).stored());
        }
        return stored;
    }

    private static Entry entry(StreamEntry entry) {
        Map<String, String> fields = entry.getFields();
        // one that something else has added reads as an altered one
        return new Entry(
                new StoredEntry(
                        entry.getID().getTime(), fields.getOrDefault("payload", ""), fields.getOrDefault("hash", "")),
                fields.getOrDefault("epoch", ""));
    }
}
