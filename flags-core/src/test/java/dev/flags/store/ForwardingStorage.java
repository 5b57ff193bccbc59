package dev.flags.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A storage before another one, for tests to change what it answers; the one behind can be replaced. */
class ForwardingStorage implements Storage {
    volatile Storage behind;

    ForwardingStorage(Storage behind) {
        this.behind = behind;
    }

    @Override
    public String location() {
        return behind.location();
    }

    @Override
    public String kind() {
        return behind.kind();
    }

    @Override
    public String environment() {
        return behind.environment();
    }

    @Override
    public Head head() {
        return behind.head();
    }

    @Override
    public Instant now() {
        return behind.now();
    }

    @Override
    public StoredState load() {
        return behind.load();
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        return behind.flag(key);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return behind.entriesAfter(revision, limit);
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        return behind.entriesBefore(revision, limit, touching);
    }

    @Override
    public Attempted attempt(Planner planner) {
        return behind.attempt(planner);
    }

    @Override
    public void removeEntries(long through) {
        behind.removeEntries(through);
    }

    /** Reads what this storage answers, and waits for what is behind it. */
    @Override
    public Feed feed() {
        return new Feed() {
            @Override
            public Head head() {
                return ForwardingStorage.this.head();
            }

            @Override
            public StoredState load() {
                return ForwardingStorage.this.load();
            }

            @Override
            public List<StoredEntry> entriesAfter(long revision, int limit) {
                return ForwardingStorage.this.entriesAfter(revision, limit);
            }

            @Override
            public Awaited await(Head known, Duration atMost) throws InterruptedException {
                return ForwardingStorage.this.await(known, atMost);
            }

            @Override
            public void close() {}
        };
    }

    Feed.Awaited await(Head known, Duration atMost) throws InterruptedException {
        try (Feed feed = behind.feed()) {
            return feed.await(known, atMost);
        }
    }

    @Override
    public void close() {}
}
