package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.SegmentMembers;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of large segments, one row each. Whatever goes over all of them goes in steps along the primary key, so that no
 * statement takes long however many there are. Safe for use by multiple threads.
 */
final class JdbcSegmentMembers implements SegmentMembers {
    /** What an index takes in every database; longer keys are nobody's. */
    static final int MOST_BYTES = 1_000;

    private static final String VERSION = " WHERE environment = ? AND segment_name = ? AND version = ?";
    private static final int ASKED_AT_ONCE = 1_000;
    private static final int COUNTED_AT_ONCE = 50_000;
    private static final int REMOVED_AT_ONCE = 5_000;

    private final Connections connections;
    private final String environment;

    JdbcSegmentMembers(Connections connections, String environment) {
        this.connections = connections;
        this.environment = environment;
    }

    @Override
    public Set<String> among(String segment, String version, Collection<String> targetingKeys) {
        List<String> asked = targetingKeys.stream()
                .filter(key -> problemWith(key) == null)
                .distinct()
                .toList();
        if (asked.isEmpty()) {
            return Set.of();
        }
        return connections.read((connection, dialect) -> {
            Set<String> found = new HashSet<>();
            for (int from = 0; from < asked.size(); from += ASKED_AT_ONCE) {
                List<String> page = asked.subList(from, Math.min(from + ASKED_AT_ONCE, asked.size()));
                String keys = String.join(", ", Collections.nCopies(page.size(), "?"));
                try (PreparedStatement select = connection.prepareStatement(
                        "SELECT member FROM flags_segment_member" + VERSION + " AND member IN (" + keys + ")")) {
                    int next = bind(select, segment, version);
                    for (String key : page) {
                        setMember(select, next++, key, dialect);
                    }
                    try (ResultSet rows = select.executeQuery()) {
                        while (rows.next()) {
                            found.add(member(rows, 1, dialect));
                        }
                    }
                }
            }
            return found;
        });
    }

    @Override
    public void add(String segment, String version, Collection<String> targetingKeys) {
        for (String key : targetingKeys) {
            String problem = problemWith(key);
            if (problem != null) {
                throw new FlagsException("The segment " + segment + " cannot have a member that " + problem);
            }
        }
        connections.write((connection, dialect) -> {
            Transactions.begin(connection, dialect.beginWrite());
            boolean committed = false;
            try {
                new Batches(connection)
                        .run(
                                dialect.insertNew(
                                        "flags_segment_member (environment, segment_name, version, member) VALUES (?, ?, ?, ?)"),
                                targetingKeys,
                                (insert, key) -> setMember(insert, bind(insert, segment, version), key, dialect));
                Transactions.commit(connection, dialect, connections);
                committed = true;
                return targetingKeys;
            } finally {
                if (!committed) {
                    Transactions.rollBack(connection);
                }
            }
        });
    }

    @Override
    public long count(String segment, String version) {
        return connections.read((connection, dialect) -> {
            long count = 0;
            String last = null;
            while (true) {
                try (PreparedStatement select = connection.prepareStatement(
                        "SELECT COUNT(*), MAX(m.member) FROM (SELECT member FROM flags_segment_member" + VERSION
                                + (last == null ? "" : " AND member > ?") + " ORDER BY member LIMIT " + COUNTED_AT_ONCE
                                + ") m")) {
                    int next = bind(select, segment, version);
                    if (last != null) {
                        setMember(select, next, last, dialect);
                    }
                    try (ResultSet row = select.executeQuery()) {
                        row.next();
                        count += row.getLong(1);
                        if (row.getLong(1) < COUNTED_AT_ONCE) {
                            return count;
                        }
                        last = member(row, 2, dialect);
                    }
                }
            }
        });
    }

    @Override
    public List<String> versions(String segment) {
        return connections.read((connection, dialect) -> {
            List<String> versions = new ArrayList<>();
            String last = "";
            while (true) {
                // one step of the index a version, and not one a member
                try (PreparedStatement select = connection.prepareStatement("SELECT MIN(version) FROM"
                        + " flags_segment_member WHERE environment = ? AND segment_name = ? AND version > ?")) {
                    bind(select, segment, last);
                    try (ResultSet row = select.executeQuery()) {
                        row.next();
                        last = row.getString(1);
                        if (last == null) {
                            return versions;
                        }
                        versions.add(last);
                    }
                }
            }
        });
    }

    @Override
    public void remove(String segment, String version) {
        boolean more = true;
        while (more) {
            more = connections.write((connection, dialect) -> removeSome(connection, dialect, segment, version));
        }
    }

    /** Returns whether there may be more. */
    private boolean removeSome(Connection connection, Dialect dialect, String segment, String version)
            throws SQLException {
        String last = null;
        try (PreparedStatement select = connection.prepareStatement("SELECT member FROM flags_segment_member" + VERSION
                + " ORDER BY member LIMIT 1 OFFSET " + (REMOVED_AT_ONCE - 1))) {
            bind(select, segment, version);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    last = member(row, 1, dialect);
                }
            }
        }
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM flags_segment_member" + VERSION + (last == null ? "" : " AND member <= ?"))) {
            int next = bind(delete, segment, version);
            if (last != null) {
                setMember(delete, next, last, dialect);
            }
            delete.executeUpdate();
        }
        return last != null;
    }

    /** Returns the number of the parameter that follows. */
    private int bind(PreparedStatement statement, String segment, String version) throws SQLException {
        statement.setString(1, environment);
        statement.setString(2, segment);
        statement.setString(3, version);
        return 4;
    }

    private static void setMember(PreparedStatement statement, int parameter, String member, Dialect dialect)
            throws SQLException {
        if (dialect.membersAreBytes()) {
            statement.setBytes(parameter, member.getBytes(StandardCharsets.UTF_8));
        } else {
            statement.setString(parameter, member);
        }
    }

    private static String member(ResultSet row, int column, Dialect dialect) throws SQLException {
        return dialect.membersAreBytes()
                ? new String(row.getBytes(column), StandardCharsets.UTF_8)
                : row.getString(column);
    }

    /** What keeps a key from being a member: some database would reject it, cut it off, or take it for another one. */
    private static @Nullable String problemWith(String key) {
        if (key.isEmpty()) {
            return "is empty";
        }
        if (key.indexOf('\0') >= 0) {
            return "contains a zero character";
        }
        try {
            int bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(key))
                    .remaining();
            return bytes > MOST_BYTES
                    ? "is " + bytes + " bytes long; at most " + MOST_BYTES + " are possible: " + key.substring(0, 40)
                            + "…"
                    : null;
        } catch (CharacterCodingException e) {
            return "is not well-formed text";
        }
    }
}
