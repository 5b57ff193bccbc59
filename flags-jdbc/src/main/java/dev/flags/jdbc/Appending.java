package dev.flags.jdbc;

import dev.flags.store.Storage.Append;
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
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every statement that writes a commit. Rows are replaced by what is found of them, rather than by an upsert: each database
 * spells upsert its own way, and the environment's row is locked meanwhile, so nobody comes between. A table is only written when
 * something in it changes, because a login may be allowed to write some of them only. Not thread-safe; confine it to one
 * transaction.
 */
final class Appending {
    private static final int REMOVED_AT_ONCE = 2_000;

    private final Connection connection;
    private final Dialect dialect;
    private final String environment;
    private final Batches batches;

    Appending(Connection connection, Dialect dialect, String environment) {
        this.connection = connection;
        this.dialect = dialect;
        this.environment = environment;
        this.batches = new Batches(connection);
    }

    /** Writes one commit on top of the row that it was based on. */
    void append(Append append, EnvironmentRow base, Instant now) throws SQLException {
        PacketLimit.check(connection, dialect, append);
        insertEntry(append.entry());
        insertKeys(append);
        Counts counts;
        if (append.replacing()) {
            for (String table : List.of("flags_flag", "flags_kill", "flags_rollout", "flags_segment")) {
                deleteAll(table);
            }
            counts = Counts.NONE;
        } else {
            Optional<Counts> known = base.counts();
            counts = known.isPresent() ? known.get() : new Reading(connection, dialect, environment).counts();
        }
        FoundRows found = FoundRows.of(connection, environment, append.flags());
        counts = counts.plus(new Counts(
                writeFlags(append.flags(), found),
                writeRecords("flags_kill", append.flags(), StoredFlag::kill, found.kills()),
                writeRecords("flags_rollout", append.flags(), StoredFlag::rollout, found.rollouts()),
                writeSegments(append.segments())));
        writeEnvironment(append, base, counts, now);
        notifyListeners(append.entry());
    }

    /** Removes entries in steps, each of which commits by itself; the index first, so that it never names what is gone. */
    void removeEntries(long through) throws SQLException {
        Reading reading = new Reading(connection, dialect, environment);
        List<StoredEntry> oldest = reading.entriesAfter(-1, 1);
        while (!oldest.isEmpty() && oldest.get(0).revision() <= through) {
            long step = Math.min(through, oldest.get(0).revision() + REMOVED_AT_ONCE);
            for (String table : List.of("flags_audit_key", "flags_audit")) {
                batches.run(
                        "DELETE FROM " + table + " WHERE environment = ? AND revision <= ?",
                        List.of(step),
                        (delete, revision) -> {
                            delete.setString(1, environment);
                            delete.setLong(2, revision);
                        });
            }
            oldest = reading.entriesAfter(-1, 1);
        }
    }

    private void deleteAll(String table) throws SQLException {
        batches.run(
                "DELETE FROM " + table + " WHERE environment = ?",
                List.of(environment),
                (delete, it) -> delete.setString(1, it));
    }

    private void insertEntry(StoredEntry entry) throws SQLException {
        batches.run(
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
        batches.run(
                "INSERT INTO flags_audit_key (environment, flag_key, revision) VALUES (?, ?, ?)",
                append.keys(),
                (insert, key) -> {
                    insert.setString(1, environment);
                    insert.setString(2, key);
                    insert.setLong(3, append.entry().revision());
                });
    }

    /** Returns how many flags there are now that were not there before. */
    private int writeFlags(List<StoredFlag> flags, FoundRows found) throws SQLException {
        List<StoredFlag> known = flags.stream()
                .filter(flag -> found.flags().contains(flag.key()))
                .toList();
        List<StoredFlag> added = flags.stream()
                .filter(flag -> !found.flags().contains(flag.key()))
                .toList();
        Batches.Binder<StoredFlag> binder = (write, flag) -> {
            write.setLong(1, flag.revision());
            write.setString(2, flag.definition());
            write.setLong(3, flag.updatedAt().toEpochMilli());
            write.setString(4, flag.updatedBy());
            write.setString(5, environment);
            write.setString(6, flag.key());
        };
        batches.run(
                "UPDATE flags_flag SET revision = ?, definition = ?, updated_at = ?, updated_by = ?"
                        + " WHERE environment = ? AND flag_key = ?",
                known,
                binder);
        batches.run(
                "INSERT INTO flags_flag (revision, definition, updated_at, updated_by, environment, flag_key)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                added,
                binder);
        return added.size();
    }

    /** Returns by how many the rows have grown. */
    private int writeRecords(
            String table,
            List<StoredFlag> flags,
            Function<StoredFlag, @Nullable String> document,
            Map<String, String> found)
            throws SQLException {
        List<StoredFlag> changed = flags.stream()
                .filter(flag -> !Objects.equals(document.apply(flag), found.get(flag.key())))
                .toList();
        List<StoredFlag> gone =
                changed.stream().filter(flag -> found.containsKey(flag.key())).toList();
        List<StoredFlag> written =
                changed.stream().filter(flag -> document.apply(flag) != null).toList();
        batches.run("DELETE FROM " + table + " WHERE environment = ? AND flag_key = ?", gone, (delete, flag) -> {
            delete.setString(1, environment);
            delete.setString(2, flag.key());
        });
        batches.run(
                "INSERT INTO " + table + " (environment, flag_key, document) VALUES (?, ?, ?)",
                written,
                (insert, flag) -> {
                    insert.setString(1, environment);
                    insert.setString(2, flag.key());
                    insert.setString(3, document.apply(flag));
                });
        return written.size() - gone.size();
    }

    /** Returns how many segments there are now that were not there before. */
    private int writeSegments(List<StoredSegment> segments) throws SQLException {
        List<String> known = new ArrayList<>();
        for (StoredSegment segment : segments) {
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT 1 FROM flags_segment WHERE environment = ? AND segment_name = ?")) {
                select.setString(1, environment);
                select.setString(2, segment.name());
                try (ResultSet row = select.executeQuery()) {
                    if (row.next()) {
                        known.add(segment.name());
                    }
                }
            }
        }
        Batches.Binder<StoredSegment> binder = (write, segment) -> {
            write.setLong(1, segment.revision());
            write.setString(2, segment.document());
            write.setString(3, environment);
            write.setString(4, segment.name());
        };
        batches.run(
                "UPDATE flags_segment SET revision = ?, document = ? WHERE environment = ? AND segment_name = ?",
                segments.stream()
                        .filter(segment -> known.contains(segment.name()))
                        .toList(),
                binder);
        batches.run(
                "INSERT INTO flags_segment (revision, document, environment, segment_name) VALUES (?, ?, ?, ?)",
                segments.stream()
                        .filter(segment -> !known.contains(segment.name()))
                        .toList(),
                binder);
        return segments.size() - known.size();
    }

    /** The settings are only named when they change: a login may be allowed all the rest of the row. */
    private void writeEnvironment(Append append, EnvironmentRow base, Counts counts, Instant now) throws SQLException {
        String settings = append.settings() != null ? append.settings() : base.stored() ? null : base.settings();
        String named = settings == null ? "" : base.stored() ? ", settings = ?" : ", settings";
        String sql = base.stored()
                ? "UPDATE flags_environment SET epoch = ?, revision = ?, hash = ?, flag_count = ?, kill_count = ?,"
                        + " rollout_count = ?, segment_count = ?, committed_at = ?" + named + " WHERE environment = ?"
                : "INSERT INTO flags_environment (epoch, revision, hash, flag_count, kill_count, rollout_count,"
                        + " segment_count, committed_at" + named + ", environment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?"
                        + (settings == null ? "" : ", ?") + ")";
        batches.run(sql, List.of(append.entry()), (write, entry) -> {
            write.setString(1, append.epoch());
            write.setLong(2, entry.revision());
            write.setString(3, entry.hash());
            write.setInt(4, counts.flags());
            write.setInt(5, counts.kills());
            write.setInt(6, counts.rollouts());
            write.setInt(7, counts.segments());
            write.setLong(8, now.toEpochMilli());
            int next = 9;
            if (settings != null) {
                write.setString(next++, settings);
            }
            write.setString(next, environment);
        });
    }

    /** Delivered by the database when the transaction is committed, and only then. */
    private void notifyListeners(StoredEntry entry) throws SQLException {
        if (!dialect.notifyListeners().isEmpty()) {
            try (PreparedStatement tell = connection.prepareStatement(dialect.notifyListeners())) {
                tell.setString(1, Notifications.channel(environment));
                tell.setString(2, String.valueOf(entry.revision()));
                tell.execute();
            }
        }
    }
}
