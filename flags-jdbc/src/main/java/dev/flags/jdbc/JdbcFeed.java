package dev.flags.jdbc;

import dev.flags.store.Feed;
import dev.flags.store.Head;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Looks at the head at intervals, and before that when the database notifies. A notification is only an earlier look: without one,
 * because a proxy swallowed it or the driver has no such thing, nothing is lost but time. Threading as {@link Feed} says.
 */
final class JdbcFeed implements Feed {
    /** How many entries are read at once; a follower that is further behind loads everything anyway. */
    private static final int PAGE = 501;

    private final Connections connections;
    private final String environment;
    private final Duration pollInterval;
    private final Optional<Notifications> notifications;
    private final Stirring stirring;
    private volatile boolean ended;

    /** @param connections this feed's alone, closed with it */
    JdbcFeed(Connections connections, String environment, Duration pollInterval, boolean listening, Stirring stirring) {
        this.connections = connections;
        this.environment = environment;
        this.pollInterval = pollInterval;
        this.notifications = listening ? Optional.of(new Notifications(environment)) : Optional.empty();
        this.stirring = stirring;
    }

    @Override
    public Head head() {
        return connections.read((connection, dialect) -> new Reading(connection, dialect, environment).head());
    }

    @Override
    public StoredState load() {
        return JdbcStorage.load(connections, environment);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return connections.read(
                (connection, dialect) -> new Reading(connection, dialect, environment).entriesAfter(revision, limit));
    }

    @Override
    public Awaited await(Head known, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        do {
            long look = System.nanoTime() + Math.min(deadline - System.nanoTime(), pollInterval.toNanos());
            if (isNotifiedBefore(look)) {
                List<StoredEntry> entries = entriesAfter(known.revision(), PAGE);
                if (!entries.isEmpty()) {
                    return new Awaited.Entries(entries);
                }
            }
            if (ended) {
                break;
            }
            Head head = head();
            if (!head.equals(known)) {
                return new Awaited.Moved();
            }
        } while (!ended && System.nanoTime() < deadline);
        return new Awaited.Unchanged();
    }

    private boolean isNotifiedBefore(long look) throws InterruptedException {
        for (long left = look - System.nanoTime(); left > 0 && !ended; left = look - System.nanoTime()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            long rest = left;
            Notifications.Answer answer = notifications.isEmpty()
                    ? Notifications.Answer.NOT_LISTENING
                    : connections.read(
                            (connection, dialect) -> notifications.get().await(connection, dialect, rest));
            switch (answer) {
                case NOTIFIED -> {
                    return true;
                }
                case NOT_LISTENING -> {
                    stirring.rest(left);
                    return false;
                }
                case QUIET -> {
                    // on to the next look
                }
            }
        }
        return false;
    }

    @Override
    public void close() {
        ended = true;
        stirring.stir();
        connections.close();
    }
}
