package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.model.FlagKeys;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.store.ControllerRecords;
import dev.flags.store.Feed;
import dev.flags.store.Finding;
import dev.flags.store.Head;
import dev.flags.store.SegmentMembers;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The storage primitives on a relational database. A commit takes the write lock before it reads, so an attempt finds that the
 * head has moved only where the database gave up a lock. Safe for use by multiple threads.
 */
final class JdbcStorage implements Storage {
    private final Connections connections;
    private final String environment;
    private final Duration pollInterval;
    private final boolean listening;
    private final Stirring stirring = new Stirring();
    private final JdbcOutcomes outcomes;

    JdbcStorage(Connections connections, String environment, Duration pollInterval) {
        this(connections, environment, pollInterval, true);
    }

    /** @param listening whether followers listen to the database where it can notify */
    JdbcStorage(Connections connections, String environment, Duration pollInterval, boolean listening) {
        FlagKeys.problemWith(environment).ifPresent(problem -> {
            throw new FlagsException("The environment's name \"" + environment + "\" " + problem);
        });
        this.connections = connections;
        this.environment = environment;
        this.pollInterval = pollInterval;
        this.listening = listening;
        this.outcomes = new JdbcOutcomes(connections, environment);
    }

    @Override
    public String location() {
        return connections.location();
    }

    @Override
    public String kind() {
        return connections.kind();
    }

    @Override
    public String environment() {
        return environment;
    }

    @Override
    public Head head() {
        return read(Reading::head);
    }

    @Override
    public Instant now() {
        return read(Reading::now);
    }

    @Override
    public Optional<String> login() {
        return connections.login();
    }

    @Override
    public StoredState load() {
        return load(connections, environment);
    }

    static StoredState load(Connections connections, String environment) {
        return Transactions.reading(
                connections, (connection, dialect) -> new Reading(connection, dialect, environment).load());
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        return read(reading -> Optional.ofNullable(reading.flag(key))).orElse(null);
    }

    @Override
    public List<StoredEntry> entriesAfter(long revision, int limit) {
        return read(reading -> reading.entriesAfter(revision, limit));
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        return read(reading -> reading.entriesBefore(revision, limit, touching));
    }

    @Override
    public List<String> environments() {
        return read(Reading::environments);
    }

    @Override
    public List<Finding> examine() {
        return new Examination(connections, environment).findings();
    }

    @Override
    public Optional<SegmentMembers> members() {
        return Optional.of(new JdbcSegmentMembers(connections, environment));
    }

    @Override
    public Optional<OutcomeStorage> outcomes() {
        return Optional.of(outcomes);
    }

    @Override
    public Optional<ControllerRecords> controllerRecords() {
        return Optional.of(new JdbcControllerRecords(connections, environment));
    }

    @Override
    public Attempted attempt(Planner planner) {
        Attempted attempted = connections.write((connection, dialect) -> {
            try {
                return attempt(planner, connection, dialect);
            } catch (SQLException e) {
                if (dialect.failures().isContended(e)) {
                    return new Attempted.HeadMoved();
                }
                throw e;
            }
        });
        stirring.stir();
        return attempted;
    }

    private Attempted attempt(Planner planner, Connection connection, Dialect dialect) throws SQLException {
        Transactions.begin(connection, dialect.beginWrite());
        boolean committed = false;
        try {
            Reading reading = new Reading(connection, dialect, environment);
            EnvironmentRow base = reading.lockedRow();
            Instant clock = reading.now();
            Instant now = clock.isBefore(base.committedAt()) ? base.committedAt() : clock;
            Append append = planner.plan(new LockedView(reading, base, now, e -> connections.failure(e, dialect)));
            if (append != null) {
                new Appending(connection, dialect, environment).append(append, base, now);
                Transactions.commit(connection, dialect, connections);
                committed = true;
            }
            return new Attempted.Done();
        } finally {
            if (!committed) {
                Transactions.rollBack(connection);
            }
        }
    }

    @Override
    public Feed feed() {
        return new JdbcFeed(connections.following(), environment, pollInterval, listening, stirring);
    }

    @Override
    public void removeEntries(long through) {
        connections.write((connection, dialect) -> {
            new Appending(connection, dialect, environment).removeEntries(through);
            return through;
        });
    }

    @Override
    public void close() {
        connections.close();
        stirring.stir();
    }

    private <T> T read(ReadWork<T> work) {
        return connections.read((connection, dialect) -> work.on(new Reading(connection, dialect, environment)));
    }

    @FunctionalInterface
    private interface ReadWork<T> {
        T on(Reading reading) throws SQLException;
    }
}
