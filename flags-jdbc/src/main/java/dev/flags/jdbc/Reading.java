package dev.flags.jdbc;

import dev.flags.store.AuditChain;
import dev.flags.store.Head;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every SELECT on one environment's rows. Not thread-safe; confine it to one transaction. */
final class Reading {
    private static final String FLAG = """
      SELECT f.flag_key, f.revision, f.definition, k.document, r.document, f.updated_at, f.updated_by
      FROM flags_flag f
      LEFT JOIN flags_kill k ON k.environment = f.environment AND k.flag_key = f.flag_key
      LEFT JOIN flags_rollout r ON r.environment = f.environment AND r.flag_key = f.flag_key
      WHERE f.environment = ?""";

    private final Connection connection;
    private final String environment;

    Reading(Connection connection, String environment) {
        this.connection = connection;
        this.environment = environment;
    }

    /**
     * An environment's own row.
     *
     * @param stored whether there is such a row; otherwise this is what one would start from
     */
    record EnvironmentRow(
            boolean stored, Head head, @Nullable String settings, int flags, Instant committedAt) {}

    /** The head alone: one read by primary key, and another one for an environment that nobody ever wrote to. */
    Head head() throws SQLException {
        List<Head> stored = query(
                "SELECT epoch, revision, hash FROM flags_environment WHERE environment = ?",
                row -> new Head(row.getString(1), row.getLong(2), row.getString(3)),
                environment);
        return stored.isEmpty() ? new Head(epoch(), 0, AuditChain.ROOT) : stored.get(0);
    }

    /** The environment's epoch, before its first commit as after it; another in each database, and for each environment. */
    String epoch() throws SQLException {
        String store = one("SELECT epoch FROM flags_store", row -> row.getString(1));
        return AuditChain.hash(store + "/" + environment).substring(0, 32);
    }

    /** The environment's row, which {@code lock} keeps from changing until the transaction's end. */
    Optional<EnvironmentRow> environmentRow(String lock) throws SQLException {
        return query(
                        "SELECT epoch, revision, hash, settings, flag_count, committed_at FROM flags_environment"
                                + " WHERE environment = ? " + lock,
                        row -> new EnvironmentRow(
                                true,
                                new Head(row.getString(1), row.getLong(2), row.getString(3)),
                                row.getString(4),
                                row.getInt(5),
                                Instant.ofEpochMilli(row.getLong(6))),
                        environment)
                .stream()
                .findFirst();
    }

    /** The database's clock. */
    Instant now(Dialect dialect) throws SQLException {
        return Instant.ofEpochMilli(one("SELECT " + dialect.nowMillis(), row -> row.getLong(1)));
    }

    int countFlags() throws SQLException {
        return one("SELECT COUNT(*) FROM flags_flag WHERE environment = ?", row -> row.getInt(1), environment);
    }

    @Nullable
    StoredFlag flag(String key) throws SQLException {
        List<StoredFlag> found = query(FLAG + " AND f.flag_key = ?", Reading::flagOf, environment, key);
        return found.isEmpty() ? null : found.get(0);
    }

    List<StoredFlag> flags() throws SQLException {
        return query(FLAG + " ORDER BY f.flag_key", Reading::flagOf, environment);
    }

    List<StoredSegment> segments() throws SQLException {
        return query(
                "SELECT segment_name, revision, document FROM flags_segment WHERE environment = ? ORDER BY segment_name",
                row -> new StoredSegment(row.getString(1), row.getLong(2), row.getString(3)),
                environment);
    }

    List<StoredEntry> entriesAfter(long revision, int limit) throws SQLException {
        return query(
                "SELECT revision, payload, hash FROM flags_audit WHERE environment = ? AND revision > ?"
                        + " ORDER BY revision LIMIT ?",
                Reading::entryOf,
                environment,
                revision,
                limit);
    }

    List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) throws SQLException {
        if (touching.isEmpty()) {
            return query(
                    "SELECT revision, payload, hash FROM flags_audit WHERE environment = ? AND revision < ?"
                            + " ORDER BY revision DESC LIMIT ?",
                    Reading::entryOf,
                    environment,
                    revision,
                    limit);
        }
        return query(
                "SELECT a.revision, a.payload, a.hash FROM flags_audit_key k"
                        + " JOIN flags_audit a ON a.environment = k.environment AND a.revision = k.revision"
                        + " WHERE k.environment = ? AND k.flag_key = ? AND k.revision < ?"
                        + " ORDER BY k.revision DESC LIMIT ?",
                Reading::entryOf,
                environment,
                touching.get(),
                revision,
                limit);
    }

    private static StoredFlag flagOf(ResultSet row) throws SQLException {
        return new StoredFlag(
                row.getString(1),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Instant.ofEpochMilli(row.getLong(6)),
                row.getString(7));
    }

    private static StoredEntry entryOf(ResultSet row) throws SQLException {
        return new StoredEntry(row.getLong(1), row.getString(2), row.getString(3));
    }

    private <T> T one(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
        List<T> rows = query(sql, mapper, parameters);
        if (rows.isEmpty()) {
            throw new StoreDamagedException("Rows are missing; there is no answer to: " + sql);
        }
        return rows.get(0);
    }

    private <T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setObject(i + 1, parameters[i]);
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(mapper.map(rows));
                }
            }
            return found;
        }
    }

    @FunctionalInterface
    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }
}
