package dev.flags.jdbc;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets followers rest until it is time to look again, or until this process did something. Safe for use by multiple threads. */
final class Stirring {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stirred = lock.newCondition();
    private long stirs;

    void stir() {
        lock.lock();
        try {
            stirs++;
            stirred.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void rest(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long seen = stirs;
            long left = nanos;
            while (left > 0 && seen == stirs) {
                left = stirred.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
