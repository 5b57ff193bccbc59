package dev.flags.jdbc;

import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreMissingException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalInt;

/**
 * The schema's generation: the number before the dot of a script's version. Scripts within a generation ({@code V1.1}, {@code
 * V1.2}) only add, and code of either side of one works on both, so only the generation is compared. The scripts write it
 * into {@code flags_store}, whichever tool runs them; it is read with one query.
 */
final class SchemaVersion {
    /** The generation that this code reads and writes. */
    static final int SUPPORTED = 1;

    /** Flyway's history table, apart from the application's own. */
    static final String HISTORY = "flags_schema_history";

    private SchemaVersion() {}

    /** The generation found; empty when no script was ever applied here. */
    static OptionalInt read(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT MAX(generation) FROM flags_store")) {
            return row.next() && row.getInt(1) > 0 ? OptionalInt.of(row.getInt(1)) : OptionalInt.empty();
        } catch (SQLException e) {
            if (dialect.failures().kind(e) == Failures.Kind.NO_SCHEMA) {
                return OptionalInt.empty();
            }
            throw e;
        }
    }

    /** Throws unless the schema is one that this code works on. */
    static void check(Connection connection, Dialect dialect, String location) throws SQLException {
        OptionalInt found = read(connection, dialect);
        if (found.isEmpty()) {
            String message = location
                    + " is a database without the tables of a flags store. Check the address; `flags db migrate` makes the tables";
            // a file that is some other program's is not to be taken for a store that is yet to be made
            throw dialect == Dialect.SQLITE ? new StoreDamagedException(message) : new StoreMissingException(message);
        }
        if (found.getAsInt() > SUPPORTED) {
            throw new StoreDamagedException(location + " has schema version " + found.getAsInt()
                    + ", made by a newer version of flags; this one knows up to version " + SUPPORTED
                    + ". Use the newer version");
        }
        if (found.getAsInt() < SUPPORTED) {
            throw new StoreDamagedException(location + " has schema version " + found.getAsInt()
                    + "; this version of flags needs " + SUPPORTED + ". Run `flags db migrate`");
        }
    }
}
