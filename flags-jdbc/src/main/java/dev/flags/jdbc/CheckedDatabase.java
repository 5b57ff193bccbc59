package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the first connection told about its database: checked once, and good for all that follow. Safe for use by multiple threads. */
final class CheckedDatabase {
    private final String address;
    private volatile @Nullable Checked checked;

    /** @param address where it is, as long as nothing better is known */
    CheckedDatabase(String address) {
        this.address = address;
    }

    /** What is known of it. */
    record Checked(Dialect dialect, String location, String login) {}

    String location() {
        Checked known = checked;
        return known == null ? address : known.location();
    }

    Optional<String> login() {
        Checked known = checked;
        return known == null || known.login().isEmpty() ? Optional.empty() : Optional.of(known.login());
    }

    /** Looks at the schema the first time. */
    Checked check(Connection connection) throws SQLException {
        Checked known = checked;
        if (known == null) {
            Dialect dialect = Dialect.of(connection);
            String location = withoutSecrets(connection.getMetaData());
            known = new Checked(dialect, location, login(connection, dialect));
            SchemaVersion.check(connection, dialect, location);
            checked = known;
        }
        return known;
    }

    private static String login(Connection connection, Dialect dialect) throws SQLException {
        if (dialect.login().isEmpty()) {
            return "";
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + dialect.login())) {
            return row.next() && row.getString(1) != null ? row.getString(1) : "";
        }
    }

    /** Whether a failure was that of one connection, so that another one may do. */
    boolean isLost(SQLException e) {
        Checked known = checked;
        return (known == null ? Failures.ANY : known.dialect().failures()).isLost(e);
    }

    FlagsException failure(SQLException e) {
        Checked known = checked;
        return known == null ? Failures.ANY.failure(address, "", e) : failure(e, known.dialect());
    }

    FlagsException failure(SQLException e, Dialect dialect) {
        return dialect.failures().failure(location(), login().orElse(""), e);
    }

    FlagsException commitFailure(SQLException e, Dialect dialect) {
        return dialect.failures().commitFailure(location(), login().orElse(""), e);
    }

    /** What it means that no connection was got. */
    FlagsException noConnection(SQLException e) {
        FlagsException failure = failure(e);
        return failure instanceof NotPermittedException
                ? failure
                : new StoreUnavailableException("No connection to " + location() + ": " + Failures.message(e), e);
    }

    /** Drivers take passwords as URL options, and as user information before a host. */
    static String withoutSecrets(DatabaseMetaData metaData) throws SQLException {
        String url = metaData.getURL();
        return url == null ? metaData.getDatabaseProductName() : withoutSecrets(url);
    }

    static String withoutSecrets(String url) {
        return url.replaceAll("[?;].*$", "").replaceAll("//[^/]*@", "//");
    }
}
