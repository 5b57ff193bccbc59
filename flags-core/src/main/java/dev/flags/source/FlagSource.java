package dev.flags.source;

import dev.flags.Subscription;
import dev.flags.outcomes.OutcomeSink;
import java.util.Optional;

/**
 * Where flags are read from. A source follows its origin and hands on what it finds, whole, each time it changes. Safe for use by
 * multiple threads.
 */
public interface FlagSource extends AutoCloseable {

    /** The layer's name in decisions and status: {@code redis}, {@code env}, {@code flags.yaml}. */
    String name();

    /**
     * Starts following. The first load runs on the source's own thread or, where it takes no I/O to speak of, on the caller's;
     * later ones on the source's own daemon thread. A failure is told to the listener and never thrown.
     *
     * @return ends the following, and its thread
     */
    Subscription follow(FollowOptions options, SourceListener listener);

    /**
     * Keeps what the calls of its flags come to, for those who watch rollouts. Empty where nobody could read it. Costs nothing: no I/O
     * before the first call on what it returns.
     */
    default Optional<? extends OutcomeSink> outcomes() {
        return Optional.empty();
    }

    /** Looks up members of the large segments that this source defines; empty where it keeps none. */
    default Optional<? extends MemberLookup> members() {
        return Optional.empty();
    }

    /** Releases what the source itself opened. Idempotent. */
    @Override
    void close();
}
