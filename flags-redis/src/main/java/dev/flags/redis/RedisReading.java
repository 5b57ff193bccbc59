package dev.flags.redis;

import dev.flags.store.Feed;
import dev.flags.store.Head;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import dev.flags.store.StoredState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.CommandObject;
import redis.clients.jedis.CommandObjects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.util.SafeEncoder;

/**
 * What is read over one connection. Throws Jedis' exceptions, for {@link RedisCalls} to translate. Confined to one thread, as its
 * connection is.
 */
final class RedisReading {
    /** How often the head is read again because somebody committed meanwhile. */
    private static final int LOOKS = 3;

    private final Connection connection;
    private final RedisKeys keys;
    private final String location;
    private final CommandObjects commands;
    private final RedisLog log;

    RedisReading(Connection connection, RedisKeys keys, String location) {
        this.connection = connection;
        this.keys = keys;
        this.location = location;
        this.log = new RedisLog(this, keys);
        // replies of maps differ between the protocols
        this.commands = new CommandObjects(RedisProtocol.orServerDefault(connection.getRedisProtocol()));
    }

    Connection connection() {
        return connection;
    }

    CommandObjects commands() {
        return commands;
    }

    String location() {
        return location;
    }

    RedisLog log() {
        return log;
    }

    <T> T run(CommandObject<T> command) {
        return connection.executeCommand(command);
    }

    /** Where the history ends. A round trip, and another one to see that the log is not further on than the head record says. */
    Head head() {
        Meta meta = meta(run(commands.hgetAll(keys.meta())));
        for (int look = 1; meta.isThere() && look <= LOOKS; look++) {
            Head head = meta.head(Optional.empty());
            if (log.after(head.revision(), 1).isEmpty()) {
                return head;
            }
            meta = meta(run(commands.hgetAll(keys.meta())));
        }
        return meta.head(log.last());
    }

    Meta meta(Map<String, String> fields) {
        return Meta.checked(keys.meta(), location, fields);
    }

    String whoAmI() {
        return SafeEncoder.encode(
                (byte[]) connection.executeCommand(new CommandArguments(Protocol.Command.ACL).add("WHOAMI")));
    }

    Instant now() {
        try (Pipeline pipeline = new Pipeline(connection)) {
            Response<List<String>> time = pipeline.time();
            pipeline.sync();
            return instant(time.get());
        }
    }

    static Instant instant(List<String> secondsAndMicros) {
        return Instant.ofEpochSecond(
                Long.parseLong(secondsAndMicros.get(0)), Long.parseLong(secondsAndMicros.get(1)) * 1_000);
    }

    /** What a commit starts from, in one round trip; not atomic, which the commit's script makes up for. */
    Base base() {
        try (Pipeline pipeline = new Pipeline(connection)) {
            Response<Map<String, String>> meta = pipeline.hgetAll(keys.meta());
            Response<List<StreamEntry>> last = pipeline.xrevrange(keys.log(), "+", "-", 1);
            Response<List<String>> time = pipeline.time();
            Response<String> replication = pipeline.appendCommand(commands.info("replication"));
            pipeline.sync();
            return new Base(meta(meta.get()), RedisLog.last(last.get()), instant(time.get()), Replicas.of(replication));
        }
    }

    /**
     * What a commit starts from.
     *
     * @param last the log's last entry
     * @param now the server's clock
     */
    record Base(Meta meta, Optional<RedisLog.Entry> last, Instant now, Replicas replicas) {}

    /** Whether nothing has been committed since. */
    boolean isStill(Base base) {
        Meta now = meta(run(commands.hgetAll(keys.meta())));
        return now.equals(base.meta())
                && (now.isThere()
                        || log.last()
                                .map(RedisLog.Entry::revision)
                                .equals(base.last().map(RedisLog.Entry::revision)));
    }

    /**
     * How the store stands to a head, in one round trip, without reading what is committed. The numbers are of one moment only as far as
     * commits that come between them raise them.
     */
    Feed.Awaited standingTo(Head known) {
        try (Pipeline pipeline = new Pipeline(connection)) {
            Response<Map<String, String>> fields = pipeline.hgetAll(keys.meta());
            Map<String, Response<Long>> counted = new LinkedHashMap<>();
            counted.put("flags", pipeline.hlen(keys.flags()));
            counted.put("kills", pipeline.hlen(keys.kills()));
            counted.put("rollouts", pipeline.hlen(keys.rollouts()));
            counted.put("segments", pipeline.hlen(keys.segments()));
            Response<List<StreamEntry>> later =
                    pipeline.xrange(keys.log(), String.valueOf(known.revision() + 1), "+", 1);
            pipeline.sync();
            Meta meta = meta(fields.get());
            Head head = meta.isThere() ? meta.head(Optional.empty()) : meta.head(log.last());
            if (!later.get().isEmpty() || !head.equals(known)) {
                return new Feed.Awaited.Moved();
            }
            Map<String, Integer> counts = new LinkedHashMap<>();
            counted.forEach((kind, count) -> counts.put(kind, Math.toIntExact(count.get())));
            return meta.missing(counts).isEmpty() ? new Feed.Awaited.Unchanged() : new Feed.Awaited.Lost();
        }
    }

    /** Everything at one revision. */
    StoredState load() {
        return new Loading(this, keys).load();
    }

    @Nullable
    StoredFlag flag(String key) {
        try (Pipeline pipeline = new Pipeline(connection)) {
            Response<String> record = pipeline.hget(keys.flags(), key);
            Response<String> kill = pipeline.hget(keys.kills(), key);
            Response<String> rollout = pipeline.hget(keys.rollouts(), key);
            pipeline.sync();
            boolean stored = record.get() != null || kill.get() != null || rollout.get() != null;
            return stored ? Envelope.flag(key, record.get(), kill.get(), rollout.get()) : null;
        }
    }

    List<StoredFlag> flags() {
        try (Pipeline pipeline = new Pipeline(connection)) {
            Response<Map<String, String>> flags = pipeline.hgetAll(keys.flags());
            Response<Map<String, String>> kills = pipeline.hgetAll(keys.kills());
            Response<Map<String, String>> rollouts = pipeline.hgetAll(keys.rollouts());
            pipeline.sync();
            return Envelope.flags(flags.get(), kills.get(), rollouts.get());
        }
    }

    List<StoredSegment> segments() {
        return Envelope.segments(run(commands.hgetAll(keys.segments())));
    }

    /** Which of the environment's keys hold something else than they should, as a sentence; empty when none does. */
    Optional<StoreDamagedException> foreignKey() {
        Map<String, String> expected = keys.types();
        Map<String, Response<String>> found = new LinkedHashMap<>();
        try (Pipeline pipeline = new Pipeline(connection)) {
            expected.keySet().forEach(key -> found.put(key, pipeline.type(key)));
            pipeline.sync();
        }
        for (Map.Entry<String, String> key : expected.entrySet()) {
            Response<String> type = found.get(key.getKey());
            if (type != null && !type.get().equals("none") && !type.get().equals(key.getValue())) {
                return Optional.of(RedisFailures.foreign(location, key.getKey(), type.get(), key.getValue()));
            }
        }
        return Optional.empty();
    }
}
