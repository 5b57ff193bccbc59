package dev.flags.redis;

import dev.flags.FlagsException;
import dev.flags.model.FlagKeys;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.redis.RedisReading.Base;
import dev.flags.store.ControllerRecords;
import dev.flags.store.Feed;
import dev.flags.store.Finding;
import dev.flags.store.Head;
import dev.flags.store.SegmentMembers;
import dev.flags.store.Storage;
import dev.flags.store.StoreUnavailableException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The storage primitives on Redis. Optimistic: planners run without a lock, and the commit's script writes only when the head is
 * still the one that the planner saw. Safe for use by multiple threads.
 *
 * <p>An environment is made by its first commit, which also makes its epoch: before that nothing is stored, because reading must
 * be possible for a login that may not write. Its head is then of no epoch and revision 0.
 */
final class RedisStorage implements Storage {
    private final RedisConnections connections;
    private final RedisKeys keys;
    private final RedisCalls calls;
    private final RedisOutcomes outcomes;

    RedisStorage(RedisConnections connections, RedisKeys keys) {
        this.connections = connections;
        this.keys = keys;
        this.calls = new RedisCalls(connections, keys);
        this.outcomes = new RedisOutcomes(calls, keys);
    }

    /** Another prefix is another store on the same server: it has saved snapshots of its own. */
    @Override
    public String location() {
        return keys.prefix().equals(RedisKeys.DEFAULT_PREFIX)
                ? connections.location()
                : connections.location() + " (prefix " + keys.prefix() + ")";
    }

    @Override
    public String kind() {
        return "redis";
    }

    @Override
    public String environment() {
        return keys.environment();
    }

    @Override
    public Head head() {
        return calls.with(RedisReading::head);
    }

    @Override
    public Instant now() {
        return calls.with(RedisReading::now);
    }

    /** As the server knows it; a login that may not ask is known by the name that it was made with. */
    @Override
    public Optional<String> login() {
        return calls.with(reading -> {
                    try {
                        return Optional.of(reading.whoAmI());
                    } catch (JedisDataException e) {
                        return connections.user();
                    }
                })
                .filter(name -> !name.equals("default"));
    }

    @Override
    public StoredState load() {
        return calls.with(RedisReading::load);
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        return calls.with(reading -> Optional.ofNullable(reading.flag(key))).orElse(null);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return calls.with(reading -> reading.log().after(revision, limit));
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        return calls.with(reading -> reading.log().before(revision, limit, touching));
    }

    @Override
    public Attempted attempt(Planner planner) {
        return calls.with(reading -> attempt(planner, reading, 0));
    }

    /**
     * One attempt.
     *
     * @param floor the highest revision that the log is known to have had, or 0
     */
    private Attempted attempt(Planner planner, RedisReading reading, long floor) {
        Base base = reading.base();
        Head head = headToBuildOn(base, floor);
        Append append;
        try {
            append = planner.plan(new RedisView(reading, base, head));
        } catch (FlagsException e) {
            if (reading.isStill(base)) {
                throw e;
            }
            return new Attempted.HeadMoved();
        }
        if (append == null) {
            // no script will compare the head, and what the planner saw may be of two revisions
            return reading.isStill(base) ? new Attempted.Done() : new Attempted.HeadMoved();
        }
        if (!append.replacing() && append.entry().revision() != head.revision() + 1) {
            throw new IllegalStateException(
                    "entry " + append.entry().revision() + " does not follow on revision " + head.revision());
        }
        return switch (new Committing(reading, keys).send(append, base, settings(append, base, reading))) {
            case WRITTEN -> new Attempted.Done(base.replicas().confirm(reading, connections.socketTimeout()));
            case HEAD_MOVED -> new Attempted.HeadMoved();
            case LOG_WAS_LONGER -> {
                if (floor > 0) {
                    throw new StoreUnavailableException("the log at " + location()
                            + " is being written by something other than flags; nothing was written");
                }
                yield attempt(planner, reading, reading.log().highestRevisionEver());
            }
        };
    }

    private static Head headToBuildOn(Base base, long floor) {
        Head stored = base.meta().head(base.last());
        return new Head(
                stored.epoch().isEmpty() ? UUID.randomUUID().toString() : stored.epoch(),
                Math.max(stored.revision(), floor),
                stored.hash());
    }

    /** A head record that is written again gets back what the log still knows. */
    private static @Nullable String settings(Append append, Base base, RedisReading reading) {
        if (append.settings() != null) {
            return append.settings();
        }
        return base.meta().isThere() ? null : reading.log().settings();
    }

    @Override
    public Feed feed() {
        return new RedisFeed(connections, keys);
    }

    @Override
    public List<String> environments() {
        Set<String> names = new TreeSet<>();
        // either of the two keys that an environment always has; the other may have been lost
        String pattern = keys.prefix() + ":{*}:[ml][eo][tg]*";
        Pattern wanted = Pattern.compile(Pattern.quote(keys.prefix()) + ":\\{([^{}]*)\\}:(meta|log)");
        try {
            for (Connection each : connections.borrowAll()) {
                try (Connection master = each) {
                    RedisReading reading = new RedisReading(master, keys, location());
                    KeyScan.of(
                            reading,
                            pattern,
                            page -> page.forEach(key -> {
                                Matcher matcher = wanted.matcher(key);
                                if (matcher.matches()
                                        && FlagKeys.problemWith(matcher.group(1))
                                                .isEmpty()) {
                                    names.add(matcher.group(1));
                                }
                            }));
                }
            }
        } catch (JedisException e) {
            throw RedisFailures.translate(e, connections);
        }
        return List.copyOf(names);
    }

    @Override
    public List<Finding> examine() {
        return calls.with(reading -> new Examination(reading, keys).findings());
    }

    @Override
    public Optional<SegmentMembers> members() {
        return Optional.of(new RedisMembers(calls, keys));
    }

    @Override
    public Optional<OutcomeStorage> outcomes() {
        return Optional.of(outcomes);
    }

    @Override
    public Optional<ControllerRecords> controllerRecords() {
        return Optional.of(new RedisControllerRecords(calls, keys));
    }

    @Override
    public void removeEntries(long through) {
        calls.with(reading -> {
            reading.log().remove(through);
            return through;
        });
    }

    @Override
    public void close() {
        connections.close();
    }
}
