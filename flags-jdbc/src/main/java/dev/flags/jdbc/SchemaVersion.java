package dev.flags.jdbc;

import dev.flags.store.StoreDamagedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.OptionalInt;

/**
 * The schema's generation: the number before the dot of the newest applied script. Scripts within a generation ({@code
 * V1.1}, {@code V1.2}) only add, and code of either side of one works on both, so only the generation is compared. Read with
 * one query; Flyway, which wrote the history, is not needed for that.
 */
final class SchemaVersion {
    /** The generation that this code reads and writes. */
    static final int SUPPORTED = 1;

    /** Flyway's history table, apart from the application's own. */
    static final String HISTORY = "flags_schema_history";

    private SchemaVersion() {}

    /** The generation found; empty when no script was ever applied here. */
    static OptionalInt read(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT version, success FROM " + HISTORY);
                ResultSet rows = select.executeQuery()) {
            OptionalInt newest = OptionalInt.empty();
            while (rows.next()) {
                int generation = generation(rows.getString(1));
                if (rows.getBoolean(2) && generation > newest.orElse(0)) {
                    newest = OptionalInt.of(generation);
                }
            }
            return newest;
        } catch (SQLException e) {
            if (hasHistory(connection)) {
                throw e;
            }
            return OptionalInt.empty();
        }
    }

    /** Throws unless the schema is one that this code works on. */
    static void check(Connection connection, String location) throws SQLException {
        OptionalInt found = read(connection);
        if (found.isEmpty()) {
            throw new StoreDamagedException(
                    location
                            + " is a database without the tables of a flags store. Check the address; `flags db migrate` makes the tables");
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

    private static int generation(String version) {
        // Null for a repeatable script, which raises no version.
        if (version == null) {
            return 0;
        }
        int dot = version.indexOf('.');
        try {
            return Integer.parseInt(dot < 0 ? version : version.substring(0, dot));
        } catch (NumberFormatException e) {
            throw new StoreDamagedException(
                    "The table " + HISTORY + " names a version \"" + version + "\" that is no number", e);
        }
    }

    private static boolean hasHistory(Connection connection) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, null, HISTORY, null)) {
            return tables.next();
        }
    }
}
