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
    public boolean attempt(Planner planner) {
        return behind.attempt(planner);
    }

    @Override
    public boolean awaitChange(Head known, Duration atMost) throws InterruptedException {
        return behind.awaitChange(known, atMost);
    }

    @Override
    public void close() {}
}
