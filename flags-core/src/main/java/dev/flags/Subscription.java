package dev.flags;

/** Ends something that was started, when closed. Idempotent. Safe for use by multiple threads. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
