package dev.flags.jdbc;

import dev.flags.jdbc.Documents.Document;
import dev.flags.store.ControllerRecords;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The lease as a row for each environment, and a row for each record. Everything that writes locks the lease's row first and takes the
 * database's time then, which is safe under READ COMMITTED. Safe for use by multiple threads.
 */
final class JdbcControllerRecords implements ControllerRecords {
    /** The row of an environment that nobody has controlled yet. */
    private static final String NOBODY = "flags_lease (environment, holder, fence, until_at) VALUES (?, '', 0, 0)";

    private static final int REMOVED_AT_ONCE = 250;

    /** A few records are large, and all that one statement finds lies in memory together. */
    private static final int READ_AT_ONCE = 100;

    private final Connections connections;
    private final String environment;

    JdbcControllerRecords(Connections connections, String environment) {
        this.connections = connections;
        this.environment = environment;
    }

    /** What the lease's row says. */
    private record Row(String holder, long fence, long until) {
        static final Row NONE = new Row("", 0, 0);

        boolean isHeldAt(long now) {
            return !holder.isEmpty() && until > now;
        }

        Lease lease() {
            return new Lease(holder, fence, Instant.ofEpochMilli(until));
        }
    }

    @Override
    public Optional<Lease> acquire(String holder, Duration length) {
        if (stored("").isEmpty()) {
            // a statement by itself: several who find no row would lock each other out when it was part of a longer
            // transaction
            connections.write((connection, dialect) -> {
                try (PreparedStatement insert = connection.prepareStatement(dialect.insertNew(NOBODY))) {
                    insert.setString(1, environment);
                    return insert.executeUpdate();
                }
            });
        }
        return OwnTransaction.run(connections, (connection, dialect) -> {
            Reading reading = new Reading(connection, dialect, environment);
            Row known = locked(reading, dialect);
            long now = reading.now().toEpochMilli();
            boolean prolongs = known.holder().equals(holder);
            if (known.isHeldAt(now) && !prolongs) {
                return Optional.empty();
            }
            // the time, so that it rises also after the row was lost
            long fence = prolongs ? known.fence() : Math.max(known.fence() + 1, now);
            Row taken = new Row(holder, fence, now + length.toMillis());
            update(connection, taken);
            return Optional.of(taken.lease());
        });
    }

    @Override
    public void release(Lease lease) {
        OwnTransaction.run(connections, (connection, dialect) -> {
            Row known = locked(new Reading(connection, dialect, environment), dialect);
            boolean isStillThis = known.holder().equals(lease.holder()) && known.fence() == lease.fence();
            if (isStillThis) {
                update(connection, new Row("", known.fence(), 0));
            }
            return isStillThis;
        });
    }

    private void update(Connection connection, Row row) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE flags_lease SET holder = ?, fence = ?, until_at = ? WHERE environment = ?")) {
            update.setString(1, row.holder());
            update.setLong(2, row.fence());
            update.setLong(3, row.until());
            update.setString(4, environment);
            update.executeUpdate();
        }
    }

    @Override
    public Optional<Lease> holder() {
        return connections.read((connection, dialect) -> {
            Reading reading = new Reading(connection, dialect, environment);
            Optional<Row> row = rows(reading, "");
            long now = reading.now().toEpochMilli();
            return row.filter(known -> known.isHeldAt(now)).map(Row::lease);
        });
    }

    private Optional<Row> stored(String lock) {
        return connections.read((connection, dialect) -> rows(new Reading(connection, dialect, environment), lock));
    }

    /** The row, kept from changing until the transaction's end. */
    private Row locked(Reading reading, Dialect dialect) throws SQLException {
        return rows(reading, dialect.rowLock()).orElse(Row.NONE);
    }

    private Optional<Row> rows(Reading reading, String lock) throws SQLException {
        return reading
                .query(
                        "SELECT holder, fence, until_at FROM flags_lease WHERE environment = ? " + lock,
                        row -> new Row(row.getString(1), row.getLong(2), row.getLong(3)),
                        environment)
                .stream()
                .findFirst();
    }

    @Override
    public Map<String, String> readAll(Set<String> names) {
        Map<String, String> there = new HashMap<>();
        for (List<String> page : pages(List.copyOf(names), READ_AT_ONCE)) {
            List<Object> parameters = new ArrayList<>();
            parameters.add(environment);
            parameters.addAll(page);
            String sql =
                    "SELECT name, document FROM flags_evidence WHERE environment = ? AND name IN " + list(page.size());
            connections
                    .read((connection, dialect) -> new Reading(connection, dialect, environment)
                            .query(sql, row -> Map.entry(row.getString(1), row.getString(2)), parameters.toArray()))
                    .forEach(row -> there.put(row.getKey(), row.getValue()));
        }
        return there;
    }

    private static List<List<String>> pages(List<String> names, int most) {
        List<List<String>> pages = new ArrayList<>();
        for (int from = 0; from < names.size(); from += most) {
            pages.add(names.subList(from, Math.min(names.size(), from + most)));
        }
        return pages;
    }

    private static String list(int parameters) {
        return "(" + String.join(", ", Collections.nCopies(parameters, "?")) + ")";
    }

    @Override
    public boolean write(Lease lease, Map<String, Optional<String>> records) {
        List<Document> written = records.entrySet().stream()
                .filter(record -> record.getValue().isPresent())
                .sorted(Map.Entry.comparingByKey())
                .map(record -> new Document(
                        List.of(environment, record.getKey()), record.getValue().get()))
                .toList();
        List<String> removed = records.entrySet().stream()
                .filter(record -> record.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return OwnTransaction.run(connections, (connection, dialect) -> {
            Row known = locked(new Reading(connection, dialect, environment), dialect);
            // a row that is not there has no fence
            if (known.fence() == 0 || known.fence() != lease.fence()) {
                return false;
            }
            new Documents(connection, dialect, "flags_evidence", List.of("environment", "name")).write(written);
            remove(connection, removed);
            return true;
        });
    }

    private void remove(Connection connection, List<String> names) throws SQLException {
        for (List<String> page : pages(names, REMOVED_AT_ONCE)) {
            try (PreparedStatement delete = connection.prepareStatement(
                    "DELETE FROM flags_evidence WHERE environment = ? AND name IN " + list(page.size()))) {
                delete.setString(1, environment);
                int next = 2;
                for (String name : page) {
                    delete.setString(next++, name);
                }
                delete.executeUpdate();
            }
        }
    }
}
