package dev.flags.jdbc;

import dev.flags.store.Storage.Append;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Refuses a commit that MySQL or MariaDB would not take in one packet, before it is sent. The server ends the connection in the
 * middle of a larger packet, and by chance the client sees its error, or only a broken connection, and a broken connection is not
 * known to be a reason that no further attempt can help. Stateless.
 *
 * @see <a href="https://mariadb.com/docs/server/server-management/variables-and-modes/server-system-variables">max_allowed_packet</a>
 */
final class PacketLimit {
    /** What is shorter is under the lowest limit that flags can be kept with, and is not worth a round trip. */
    private static final int SHORT = 16 << 10;

    /** The vendor's code of a packet that is too large, ER_NET_PACKET_TOO_LARGE. */
    private static final int TOO_LARGE = 1153;

    private PacketLimit() {}

    /** Throws when a text of the commit is larger than the server takes; asks the server only when a text is long. */
    static void check(Connection connection, Dialect dialect, Append append) throws SQLException {
        if (dialect.packetLimit().isEmpty()) {
            return;
        }
        OptionalLong longest = texts(append)
                .filter(text -> text.length() > SHORT)
                .mapToLong(PacketLimit::bytes)
                .max();
        if (longest.isPresent()) {
            long limit = limit(connection, dialect);
            if (longest.getAsLong() > limit) {
                throw new SQLException(
                        "a text of " + longest.getAsLong() + " bytes, and max_allowed_packet is " + limit,
                        "08S01",
                        TOO_LARGE);
            }
        }
    }

    private static Stream<String> texts(Append append) {
        return Stream.of(
                        Stream.of(append.entry().payload()),
                        Stream.ofNullable(append.settings()),
                        append.flags().stream().flatMap(PacketLimit::texts),
                        append.segments().stream().map(StoredSegment::document))
                .flatMap(texts -> texts)
                // what a commit removes has none
                .filter(Objects::nonNull);
    }

    private static Stream<String> texts(StoredFlag flag) {
        return Stream.of(flag.definition(), flag.kill(), flag.rollout());
    }

    /** Drivers put a backslash before these where they send a statement as text. */
    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length
                + text.chars()
                        .filter(it -> it == '\'' || it == '"' || it == '\\' || it == 0)
                        .count();
    }

    private static long limit(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(dialect.packetLimit())) {
            row.next();
            return row.getLong(1);
        }
    }
}
