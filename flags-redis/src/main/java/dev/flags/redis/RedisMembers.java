package dev.flags.redis;

import dev.flags.store.SegmentMembers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/** The members of large segments, one set for each version. Safe for use by multiple threads. */
final class RedisMembers implements SegmentMembers {
    /** How many members one command takes; a server does nothing else meanwhile. */
    private static final int CHUNK = 1_000;

    private final RedisCalls calls;
    private final RedisKeys keys;

    RedisMembers(RedisCalls calls, RedisKeys keys) {
        this.calls = calls;
        this.keys = keys;
    }

    @Override
    public Set<String> among(String segment, String version, Collection<String> targetingKeys) {
        if (targetingKeys.isEmpty()) {
            return Set.of();
        }
        String key = keys.members(segment, version);
        List<String[]> chunks = chunks(targetingKeys);
        return calls.with(reading -> {
            try (Pipeline pipeline = new Pipeline(reading.connection())) {
                List<Response<List<Boolean>>> replies = chunks.stream()
                        .map(chunk -> pipeline.smismember(key, chunk))
                        .toList();
                pipeline.sync();
                Set<String> members = new HashSet<>();
                for (int i = 0; i < replies.size(); i++) {
                    List<Boolean> is = replies.get(i).get();
                    for (int j = 0; j < is.size(); j++) {
                        if (is.get(j)) {
                            members.add(chunks.get(i)[j]);
                        }
                    }
                }
                return members;
            }
        });
    }

    @Override
    public void add(String segment, String version, Collection<String> targetingKeys) {
        String key = keys.members(segment, version);
        List<String[]> chunks = chunks(targetingKeys);
        calls.with(reading -> {
            try (Pipeline pipeline = new Pipeline(reading.connection())) {
                List<Response<Long>> replies =
                        chunks.stream().map(chunk -> pipeline.sadd(key, chunk)).toList();
                pipeline.sync();
                // a refusal is in the replies
                return replies.stream().mapToLong(Response::get).sum();
            }
        });
    }

    @Override
    public long count(String segment, String version) {
        return calls.with(reading -> reading.run(reading.commands().scard(keys.members(segment, version))));
    }

    @Override
    public List<String> versions(String segment) {
        String start = keys.members(segment, "");
        return calls.with(reading -> {
            Set<String> versions = new TreeSet<>();
            KeyScan.of(reading, start + "*", page -> page.forEach(key -> versions.add(key.substring(start.length()))));
            return List.copyOf(versions);
        });
    }

    @Override
    public void remove(String segment, String version) {
        // it goes out of sight at once, and the server frees it in the background
        calls.with(reading -> reading.run(reading.commands().unlink(keys.members(segment, version))));
    }

    private static List<String[]> chunks(Collection<String> targetingKeys) {
        List<String> all = List.copyOf(targetingKeys);
        List<String[]> chunks = new ArrayList<>();
        for (int from = 0; from < all.size(); from += CHUNK) {
            chunks.add(all.subList(from, Math.min(all.size(), from + CHUNK)).toArray(String[]::new));
        }
        return chunks;
    }
}
