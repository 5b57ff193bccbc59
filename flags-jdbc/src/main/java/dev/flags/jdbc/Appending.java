package dev.flags.jdbc;

import dev.flags.store.Storage.Append;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Every statement that writes. Rows are replaced by DELETE and INSERT rather than by an upsert: each database spells upsert
 * its own way, and the environment's row is locked meanwhile, so nobody comes between. Not thread-safe; confine it to one
 * transaction.
 */
final class Appending {
    private final Connection connection;
    private final String environment;

    Appending(Connection connection, String environment) {
        this.connection = connection;
        this.environment = environment;
    }

    /** Writes one commit on top of the row that it was based on. */
    void append(Append append, Reading.EnvironmentRow base, Instant now) throws SQLException {
        insertEntry(append.entry());
        insertKeys(append);
        if (append.replacing()) {
            for (String table : List.of("flags_flag", "flags_kill", "flags_rollout", "flags_segment")) {
                deleteAll(table);
            }
        }
        int added = replaceFlags(append.flags());
        replaceSegments(append.segments());
        replaceEnvironment(append, base, (append.replacing() ? 0 : base.flags()) + added, now);
    }

    /** Returns how many entries were removed. */
    int removeEntries(long through) throws SQLException {
        Binder<Long> binder = (delete, revision) -> {
            delete.setString(1, environment);
            delete.setLong(2, revision);
        };
        batch("DELETE FROM flags_audit_key WHERE environment = ? AND revision <= ?", List.of(through), binder);
        return batch("DELETE FROM flags_audit WHERE environment = ? AND revision <= ?", List.of(through), binder);
    }

    private void deleteAll(String table) throws SQLException {
        batch(
                "DELETE FROM " + table + " WHERE environment = ?",
                List.of(environment),
                (delete, it) -> delete.setString(1, it));
    }

    private void insertEntry(StoredEntry entry) throws SQLException {
        batch(
                "INSERT INTO flags_audit (environment, revision, payload, hash) VALUES (?, ?, ?, ?)",
                List.of(entry),
                (insert, it) -> {
                    insert.setString(1, environment);
                    insert.setLong(2, it.revision());
                    insert.setString(3, it.payload());
                    insert.setString(4, it.hash());
                });
    }

    private void insertKeys(Append append) throws SQLException {
        batch(
                "INSERT INTO flags_audit_key (environment, flag_key, revision) VALUES (?, ?, ?)",
                append.keys(),
                (insert, key) -> {
                    insert.setString(1, environment);
                    insert.setString(2, key);
                    insert.setLong(3, append.entry().revision());
                });
    }

    /** Returns how many flags there are now that were not there before. */
    private int replaceFlags(List<StoredFlag> flags) throws SQLException {
        int replaced = deleteFlags("flags_flag", flags);
        deleteFlags("flags_kill", flags);
        deleteFlags("flags_rollout", flags);
        batch(
                "INSERT INTO flags_flag (environment, flag_key, revision, definition, updated_at, updated_by)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                flags,
                (insert, flag) -> {
                    insert.setString(1, environment);
                    insert.setString(2, flag.key());
                    insert.setLong(3, flag.revision());
                    insert.setString(4, flag.definition());
                    insert.setLong(5, flag.updatedAt().toEpochMilli());
                    insert.setString(6, flag.updatedBy());
                });
        batch(
                "INSERT INTO flags_kill (environment, flag_key, document) VALUES (?, ?, ?)",
                flags.stream().filter(flag -> flag.kill() != null).toList(),
                (insert, flag) -> {
                    insert.setString(1, environment);
                    insert.setString(2, flag.key());
                    insert.setString(3, flag.kill());
                });
        batch(
                "INSERT INTO flags_rollout (environment, flag_key, document) VALUES (?, ?, ?)",
                flags.stream().filter(flag -> flag.rollout() != null).toList(),
                (insert, flag) -> {
                    insert.setString(1, environment);
                    insert.setString(2, flag.key());
                    insert.setString(3, flag.rollout());
                });
        return flags.size() - replaced;
    }

    private int deleteFlags(String table, List<StoredFlag> flags) throws SQLException {
        return batch("DELETE FROM " + table + " WHERE environment = ? AND flag_key = ?", flags, (delete, flag) -> {
            delete.setString(1, environment);
            delete.setString(2, flag.key());
        });
    }

    private void replaceSegments(List<StoredSegment> segments) throws SQLException {
        batch("DELETE FROM flags_segment WHERE environment = ? AND segment_name = ?", segments, (delete, segment) -> {
            delete.setString(1, environment);
            delete.setString(2, segment.name());
        });
        batch(
                "INSERT INTO flags_segment (environment, segment_name, revision, document) VALUES (?, ?, ?, ?)",
                segments,
                (insert, segment) -> {
                    insert.setString(1, environment);
                    insert.setString(2, segment.name());
                    insert.setLong(3, segment.revision());
                    insert.setString(4, segment.document());
                });
    }

    private void replaceEnvironment(Append append, Reading.EnvironmentRow base, int flags, Instant now)
            throws SQLException {
        String settings = append.settings() != null ? append.settings() : base.settings();
        String sql = base.stored()
                ? "UPDATE flags_environment SET epoch = ?, revision = ?, hash = ?, settings = ?, flag_count = ?,"
                        + " committed_at = ? WHERE environment = ?"
                : "INSERT INTO flags_environment (epoch, revision, hash, settings, flag_count, committed_at, environment)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)";
        batch(sql, List.of(append.entry()), (write, entry) -> {
            write.setString(1, append.epoch());
            write.setLong(2, entry.revision());
            write.setString(3, entry.hash());
            write.setString(4, settings);
            write.setInt(5, flags);
            write.setLong(6, now.toEpochMilli());
            write.setString(7, environment);
        });
    }

    /** Returns how many rows were changed. */
    private <T> int batch(String sql, Iterable<T> items, Binder<T> binder) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int size = 0;
            for (T item : items) {
                binder.bind(statement, item);
                statement.addBatch();
                size++;
            }
            if (size == 0) {
                return 0;
            }
            return Arrays.stream(statement.executeBatch())
                    .filter(count -> count != Statement.SUCCESS_NO_INFO)
                    .sum();
        }
    }

    @FunctionalInterface
    private interface Binder<T> {
        void bind(PreparedStatement statement, T item) throws SQLException;
    }
}
