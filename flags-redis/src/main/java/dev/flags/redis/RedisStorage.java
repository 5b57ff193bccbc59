package dev.flags.redis;

import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoreUnavailableException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The storage primitives on Redis. Safe for use by multiple threads. */
final class RedisStorage implements Storage {
    private final RedisConnections connections;
    private final RedisKeys keys;

    RedisStorage(RedisConnections connections, RedisKeys keys) {
        this.connections = connections;
        this.keys = keys;
    }

    @Override
    public String location() {
        return connections.location();
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
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public Instant now() {
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public StoredState load() {
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public Attempted attempt(Planner planner) {
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public void removeEntries(long through) {
        throw new StoreUnavailableException("not yet");
    }

    @Override
    public void close() {
        connections.close();
    }
}
