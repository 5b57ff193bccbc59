package dev.flags.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Follows a storage without push: waits for the whole time, then looks. Threading as {@link Feed} says. */
final class PollingFeed implements Feed {
    private final Storage storage;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private boolean closed;

    PollingFeed(Storage storage) {
        this.storage = storage;
    }

    @Override
    public Head head() {
        return storage.head();
    }

    @Override
    public StoredState load() {
        return storage.load();
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return storage.entriesAfter(revision, limit);
    }

    @Override
    public Awaited await(Head known, Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return storage.head().equals(known) ? new Awaited.Unchanged() : new Awaited.Moved();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
