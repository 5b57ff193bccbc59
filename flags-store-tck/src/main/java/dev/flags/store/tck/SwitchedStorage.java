package dev.flags.store.tck;

import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoreUnavailableException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A storage that can be cut off, or replaced by another one behind its readers' backs. */
final class SwitchedStorage implements Storage {
    private volatile Storage behind;
    private volatile boolean down;

    SwitchedStorage(Storage behind) {
        this.behind = behind;
    }

    void down() {
        down = true;
    }

    void up() {
        down = false;
    }

    void replaceBy(Storage other) {
        behind = other;
    }

    private Storage reach() {
        if (down) {
            throw new StoreUnavailableException("cut off by the test");
        }
        return behind;
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
        return reach().head();
    }

    @Override
    public Instant now() {
        return reach().now();
    }

    @Override
    public StoredState load() {
        return reach().load();
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        return reach().flag(key);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return reach().entriesAfter(revision, limit);
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        return reach().entriesBefore(revision, limit, touching);
    }

    @Override
    public boolean attempt(Planner planner) {
        return reach().attempt(planner);
    }

    @Override
    public boolean awaitChange(Head known, Duration atMost) throws InterruptedException {
        return reach().awaitChange(known, atMost);
    }

    @Override
    public void close() {
        // the bench closes what is behind
    }
}
