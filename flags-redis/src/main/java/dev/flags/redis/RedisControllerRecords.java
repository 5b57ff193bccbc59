package dev.flags.redis;

import dev.flags.store.ControllerRecords;
import dev.flags.store.NotPermittedException;
import dev.flags.store.OutcomeUnknownException;
import dev.flags.store.StoreDamagedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The lease as a hash, and each record as a string. Scripts take the lease by the server's clock and write records under its fence.
 * Safe for use by multiple threads.
 */
final class RedisControllerRecords implements ControllerRecords {
    private static final RedisScript LEASE = RedisScript.of("lease.lua");
    private static final RedisScript EVIDENCE = RedisScript.of("evidence.lua");

    /** What a server under load may take for each record, beyond what an answer may take. */
    private static final int MILLIS_EACH = 2;

    /** A few records are large, and all answers of a round trip lie in memory together. */
    private static final int READ_AT_ONCE = 100;

    private final RedisCalls calls;
    private final RedisKeys keys;

    RedisControllerRecords(RedisCalls calls, RedisKeys keys) {
        this.calls = calls;
        this.keys = keys;
    }

    @Override
    public Optional<Lease> acquire(String holder, Duration length) {
        return calls.with(reading -> {
            List<?> taken = (List<?>) LEASE.run(
                    reading, List.of(keys.lease()), List.of("acquire", holder, String.valueOf(length.toMillis())));
            return taken.isEmpty()
                    ? Optional.empty()
                    : Optional.of(lease(holder, String.valueOf(taken.get(0)), String.valueOf(taken.get(1))));
        });
    }

    @Override
    public void release(Lease lease) {
        calls.with(reading -> LEASE.run(
                reading, List.of(keys.lease()), List.of("release", lease.holder(), String.valueOf(lease.fence()))));
    }

    @Override
    public Optional<Lease> holder() {
        return calls.with(reading -> {
            try (Pipeline pipeline = new Pipeline(reading.connection())) {
                Response<List<String>> known = pipeline.hmget(keys.lease(), "holder", "fence", "until");
                Response<List<String>> time = pipeline.time();
                pipeline.sync();
                List<String> fields = known.get();
                if (fields.contains(null) || fields.get(0).isEmpty()) {
                    return Optional.empty();
                }
                Lease lease = lease(fields.get(0), fields.get(1), fields.get(2));
                return lease.until().isAfter(RedisReading.instant(time.get())) ? Optional.of(lease) : Optional.empty();
            }
        });
    }

    private Lease lease(String holder, String fence, String until) {
        try {
            return new Lease(holder, Long.parseLong(fence), Instant.ofEpochMilli(Long.parseLong(until)));
        } catch (NumberFormatException e) {
            throw new StoreDamagedException("The key " + keys.lease() + " was not written by flags; remove it", e);
        }
    }

    @Override
    public Map<String, String> readAll(Set<String> names) {
        Map<String, String> there = new HashMap<>();
        List<String> all = List.copyOf(names);
        for (int from = 0; from < all.size(); from += READ_AT_ONCE) {
            there.putAll(readSome(all.subList(from, Math.min(all.size(), from + READ_AT_ONCE))));
        }
        return there;
    }

    private Map<String, String> readSome(List<String> names) {
        return calls.with(reading -> {
            Map<String, Response<String>> asked = new HashMap<>();
            // the controller's user may GET, not MGET
            try (Pipeline pipeline = new Pipeline(reading.connection())) {
                names.forEach(name -> asked.put(name, pipeline.get(keys.evidence(name))));
                pipeline.sync();
            }
            Map<String, String> there = new HashMap<>();
            asked.forEach((name, answer) -> {
                String text = answer.get();
                if (text != null) {
                    there.put(name, text);
                }
            });
            return there;
        });
    }

    @Override
    public boolean write(Lease lease, Map<String, Optional<String>> records) {
        List<String> scriptKeys = new ArrayList<>(records.size() + 1);
        List<String> arguments = new ArrayList<>(records.size() + 1);
        scriptKeys.add(keys.lease());
        arguments.add(String.valueOf(lease.fence()));
        records.forEach((name, text) -> {
            scriptKeys.add(keys.evidence(name));
            arguments.add(text.map(record -> "+" + record).orElse("-"));
        });
        return calls.with(reading -> written(reading, scriptKeys, arguments));
    }

    private static boolean written(RedisReading reading, List<String> scriptKeys, List<String> arguments) {
        Connection connection = reading.connection();
        int ordinary = connection.getSoTimeout();
        Object reply;
        try {
            connection.setSoTimeout(ordinary + MILLIS_EACH * scriptKeys.size());
            reply = EVIDENCE.run(reading, scriptKeys, arguments);
        } catch (JedisConnectionException e) {
            // not to be repeated here: another may have the lease by then, and false would say that nothing was written
            throw new OutcomeUnknownException(
                    "the connection to " + reading.location() + " was lost while writing the controller's records", e);
        } finally {
            if (!connection.isBroken()) {
                connection.setSoTimeout(ordinary);
            }
        }
        List<String> words = ((List<?>) reply).stream().map(String::valueOf).toList();
        return switch (words.get(0)) {
            case "written" -> true;
            case "fenced" -> false;
            case "denied" ->
                throw new NotPermittedException(reading.location() + " does not permit " + words.get(1) + " on "
                        + words.get(2) + " to this user; nothing was written");
            default -> throw new StoreDamagedException(reading.location() + " answered a write with " + words);
        };
    }
}
