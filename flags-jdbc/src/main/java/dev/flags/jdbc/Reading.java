package dev.flags.jdbc;

import dev.flags.store.AuditChain;
import dev.flags.store.Head;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import dev.flags.store.StoredState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    private final Dialect dialect;
    private final String environment;

    Reading(Connection connection, Dialect dialect, String environment) {
        this.connection = connection;
        this.dialect = dialect;
        this.environment = environment;
    }

    /** The head alone: one read by primary key, and more for an environment without a row. */
    Head head() throws SQLException {
        List<Head> stored = query(
                "SELECT epoch, revision, hash FROM flags_environment WHERE environment = ?",
                row -> new Head(row.getString(1), row.getLong(2), row.getString(3)),
                environment);
        return stored.isEmpty() ? withoutRow().head() : stored.get(0);
    }

    /** The environment's row; where there is none, what its log says, or the beginning of a history. */
    EnvironmentRow environmentRow() throws SQLException {
        Optional<EnvironmentRow> row = storedRow("");
        return row.isPresent() ? row.get() : withoutRow();
    }

    /**
     * As {@link #environmentRow()}, kept from changing until the transaction's end. Where there is no row, the database's own is
     * locked instead: of several first commits, too, one goes first, and the others then find the row that it made.
     */
    EnvironmentRow lockedRow() throws SQLException {
        Optional<EnvironmentRow> row = storedRow(dialect.rowLock());
        if (row.isEmpty() && !dialect.rowLock().isEmpty()) {
            one("SELECT epoch FROM flags_store " + dialect.rowLock(), found -> found.getString(1));
            row = storedRow(dialect.rowLock());
        }
        return row.isPresent() ? row.get() : withoutRow();
    }

    private Optional<EnvironmentRow> storedRow(String lock) throws SQLException {
        return query(
                        "SELECT epoch, revision, hash, settings, flag_count, kill_count, rollout_count, segment_count,"
                                + " committed_at FROM flags_environment WHERE environment = ? " + lock,
                        row -> new EnvironmentRow(
                                true,
                                new Head(row.getString(1), row.getLong(2), row.getString(3)),
                                row.getString(4),
                                Optional.of(new Counts(row.getInt(5), row.getInt(6), row.getInt(7), row.getInt(8))),
                                Instant.ofEpochMilli(row.getLong(9))),
                        environment)
                .stream()
                .findFirst();
    }

    private EnvironmentRow withoutRow() throws SQLException {
        List<StoredEntry> last = entriesBefore(Long.MAX_VALUE, 1, Optional.empty());
        return last.isEmpty()
                ? new EnvironmentRow(
                        false, new Head(epoch(), 0, AuditChain.ROOT), null, Optional.empty(), Instant.EPOCH)
                : new LogWithoutHead(this).row(last.get(0));
    }

    /** The environment's epoch, before its first commit as after it; another in each database, and for each environment. */
    String epoch() throws SQLException {
        String store = one("SELECT epoch FROM flags_store", row -> row.getString(1));
        return AuditChain.hash(store + "/" + environment).substring(0, 32);
    }

    /** The database's clock. */
    Instant now() throws SQLException {
        return Instant.ofEpochMilli(one("SELECT " + dialect.nowMillis(), row -> row.getLong(1)));
    }

    List<String> environments() throws SQLException {
        return query("SELECT environment FROM flags_environment ORDER BY environment", row -> row.getString(1));
    }

    /** How many rows there are. */
    Counts counts() throws SQLException {
        return new Counts(count("flags_flag"), count("flags_kill"), count("flags_rollout"), count("flags_segment"));
    }

    private int count(String table) throws SQLException {
        return one("SELECT COUNT(*) FROM " + table + " WHERE environment = ?", row -> row.getInt(1), environment);
    }

    /** Everything. Only in a transaction that sees one state throughout. */
    StoredState load() throws SQLException {
        EnvironmentRow row = environmentRow();
        List<StoredFlag> flags = flags();
        List<StoredSegment> segments = segments();
        Counts there = new Counts(
                flags.size(),
                (int) flags.stream().filter(flag -> flag.kill() != null).count(),
                (int) flags.stream().filter(flag -> flag.rollout() != null).count(),
                segments.size());
        return new StoredState(
                environment,
                row.head(),
                flags,
                segments,
                row.settings(),
                row.counts().flatMap(committed -> committed.missingFrom(there)));
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

    <T> T one(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
        List<T> rows = query(sql, mapper, parameters);
        if (rows.isEmpty()) {
            throw new StoreDamagedException("Rows are missing; there is no answer to: " + sql);
        }
        return Objects.requireNonNull(rows.get(0));
    }

    <T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
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
    interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }
}
