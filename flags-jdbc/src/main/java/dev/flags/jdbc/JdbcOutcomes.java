package dev.flags.jdbc;

import dev.flags.jdbc.Documents.Document;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Outcome rows as rows. Whoever puts some removes what is old, now and then and a bounded number, and more than it put itself: so what is
 * kept does not grow however many there are who put. Safe for use by multiple threads.
 */
final class JdbcOutcomes implements OutcomeStorage {
    private static final List<String> PRIMARY_KEY =
            List.of("environment", "run", "window_at", "instance", "percentage");
    /** Rows that some process may still be asked about, and that come late, are well within it. */
    private static final Duration STORED = KEPT.multipliedBy(2);

    private static final Duration BETWEEN_REMOVALS = Duration.ofMinutes(1);
    private static final int REMOVED_AT_ONCE = 1_000;
    private static final int READ_AT_ONCE = 100;

    private final Connections connections;
    private final String environment;
    private final AtomicLong nextRemoval = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong putSinceRemoval = new AtomicLong();

    JdbcOutcomes(Connections connections, String environment) {
        this.connections = connections;
        this.environment = environment;
    }

    private record Identity(String run, long window, String instance, int buckets) implements Comparable<Identity> {
        private static final Comparator<Identity> ORDER = Comparator.comparing(Identity::run)
                .thenComparing(Identity::window)
                .thenComparing(Identity::instance)
                .thenComparing(Identity::buckets);

        static Identity of(OutcomeRow row) {
            return new Identity(
                    row.run(),
                    row.window().toEpochMilli(),
                    row.instance(),
                    row.percentage().buckets());
        }

        @Override
        public int compareTo(Identity other) {
            return ORDER.compare(this, other);
        }
    }

    @Override
    public Instant now() {
        return connections.read((connection, dialect) -> new Reading(connection, dialect, environment).now());
    }

    @Override
    public void put(List<OutcomeRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        Map<Identity, String> last = new TreeMap<>();
        rows.forEach(row -> last.put(Identity.of(row), row.toJson()));
        List<Document> documents = last.entrySet().stream()
                .map(row -> document(row.getKey(), row.getValue()))
                .toList();
        long now = OwnTransaction.run(connections, (connection, dialect) -> {
            new Documents(connection, dialect, "flags_outcome", PRIMARY_KEY).write(documents);
            return new Reading(connection, dialect, environment).now().toEpochMilli();
        });
        long put = putSinceRemoval.addAndGet(documents.size());
        long next = nextRemoval.get();
        if (now >= next && nextRemoval.compareAndSet(next, now + BETWEEN_REMOVALS.toMillis())) {
            putSinceRemoval.addAndGet(-put);
            removeOld(now - STORED.toMillis(), 2 * put);
        }
    }

    private Document document(Identity identity, String text) {
        return new Document(
                List.of(environment, identity.run(), identity.window(), identity.instance(), identity.buckets()), text);
    }

    @Override
    public Rows read(String run, Instant since) {
        return Objects.requireNonNull(readAll(Map.of(run, since)).get(run));
    }

    @Override
    public Map<String, Rows> readAll(Map<String, Instant> since) {
        List<Map.Entry<String, Instant>> runs = List.copyOf(since.entrySet());
        Map<String, Rows> all = new LinkedHashMap<>();
        for (int from = 0; from < runs.size(); from += READ_AT_ONCE) {
            List<Map.Entry<String, Instant>> page = runs.subList(from, Math.min(runs.size(), from + READ_AT_ONCE));
            Map<String, List<String>> texts = new LinkedHashMap<>();
            page.forEach(run -> texts.put(run.getKey(), new ArrayList<>()));
            readSome(page)
                    .forEach(row -> texts.computeIfAbsent(row.run(), run -> new ArrayList<>())
                            .add(row.text()));
            texts.forEach((run, found) -> all.put(run, Rows.of(found)));
        }
        return all;
    }

    private record Stored(String run, String text) {}

    private List<Stored> readSome(List<Map.Entry<String, Instant>> runs) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(environment);
        runs.forEach(run -> {
            parameters.add(run.getKey());
            parameters.add(
                    run.getValue().isBefore(Instant.EPOCH) ? 0L : run.getValue().toEpochMilli());
        });
        String sql = "SELECT run, document FROM flags_outcome WHERE environment = ? AND ("
                + String.join(" OR ", Collections.nCopies(runs.size(), "(run = ? AND window_at >= ?)")) + ")";
        return connections.read((connection, dialect) -> new Reading(connection, dialect, environment)
                .query(sql, row -> new Stored(row.getString(1), row.getString(2)), parameters.toArray()));
    }

    /** Removes rows with windows before a time, at least so many if there are as many, a step at a time. */
    private void removeOld(long before, long atLeast) {
        boolean more = true;
        for (long removed = 0; more && removed <= atLeast; removed += REMOVED_AT_ONCE) {
            more = connections.write((connection, dialect) -> {
                try {
                    return removeSome(connection, dialect, before);
                } catch (SQLException e) {
                    if (dialect.failures().isContended(e)) {
                        // another process is at it
                        return false;
                    }
                    throw e;
                }
            });
        }
    }

    /** Returns whether there may be more. */
    private boolean removeSome(Connection connection, Dialect dialect, long before) throws SQLException {
        record Last(long window, String run) {}
        Optional<Last> last = new Reading(connection, dialect, environment)
                        .query(
                                "SELECT window_at, run FROM flags_outcome WHERE environment = ? AND window_at < ?"
                                        + " ORDER BY window_at, run LIMIT 1 OFFSET " + (REMOVED_AT_ONCE - 1),
                                row -> new Last(row.getLong(1), row.getString(2)),
                                environment,
                                before)
                        .stream()
                        .findFirst();
        // at least all of one run's in one window, which is one for each instance
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM flags_outcome WHERE environment = ? AND "
                        + (last.isEmpty() ? "window_at < ?" : "(window_at < ? OR (window_at = ? AND run <= ?))"))) {
            delete.setString(1, environment);
            delete.setLong(2, last.map(Last::window).orElse(before));
            if (last.isPresent()) {
                delete.setLong(3, last.get().window());
                delete.setString(4, last.get().run());
            }
            delete.executeUpdate();
        }
        return last.isPresent();
    }
}
