package dev.flags.store.tck;

import dev.flags.store.Feed;
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
    public Attempted attempt(Planner planner) {
        return reach().attempt(planner);
    }

    @Override
    public void removeEntries(long through) {
        reach().removeEntries(through);
    }

    /** Follows whatever is behind at the moment. */
    @Override
    public Feed feed() {
        return new Feed() {
            private @Nullable Storage followed;
            private @Nullable Feed feed;

            private synchronized Feed reachFeed() {
                Storage now = reach();
                Feed opened = feed;
                if (opened == null || followed != now) {
                    close();
                    opened = now.feed();
                    feed = opened;
                    followed = now;
                }
                return opened;
            }

            @Override
            public Head head() {
                return reachFeed().head();
            }

            @Override
            public StoredState load() {
                return reachFeed().load();
            }

            @Override
            public List<StoredEntry> entriesAfter(long revision, int limit) {
                return reachFeed().entriesAfter(revision, limit);
            }

            @Override
            public Awaited await(Head known, Duration atMost) throws InterruptedException {
                return reachFeed().await(known, atMost);
            }

            @Override
            public synchronized void close() {
                if (feed != null) {
                    feed.close();
                }
            }
        };
    }

    @Override
    public void close() {
        // the bench closes what is behind
    }
}
