package dev.flags.jdbc;

import dev.flags.FlagsException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Supplier;

/**
 * A database server's address, with the login and the time-outs to use. Immutable.
 *
 * @param url as the driver takes it
 * @param user empty: as the URL says
 * @param password asked for at each new connection, so that it may change; empty: as the URL says
 * @param connectTimeout how long a connection may take to be made
 * @param socketTimeout how long an answer may take
 */
record ServerAddress(
        String url,
        Optional<String> user,
        Optional<Supplier<String>> password,
        Duration connectTimeout,
        Duration socketTimeout) {
    static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** Whether an address is one of those that are reached through a server. */
    static boolean isOne(String url) {
        return url.startsWith("jdbc:postgresql:") || url.startsWith("jdbc:mysql:") || url.startsWith("jdbc:mariadb:");
    }

    /** {@code postgresql}, {@code mysql} or {@code mariadb}. */
    String kind() {
        int from = "jdbc:".length();
        return url.substring(from, url.indexOf(':', from));
    }

    String location() {
        return CheckedDatabase.withoutSecrets(url);
    }

    Connection open() throws SQLException {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(secret -> properties.setProperty("password", secret.get()));
        if (kind().equals("postgresql")) {
            properties.setProperty("connectTimeout", seconds(connectTimeout));
            properties.setProperty("loginTimeout", seconds(connectTimeout.plus(socketTimeout)));
            properties.setProperty("socketTimeout", seconds(socketTimeout));
            properties.setProperty("ApplicationName", "flags");
            properties.setProperty("reWriteBatchedInserts", "true");
        } else {
            properties.setProperty("connectTimeout", String.valueOf(connectTimeout.toMillis()));
            properties.setProperty("socketTimeout", String.valueOf(socketTimeout.toMillis()));
            // Before the socket's time-out, which would cost the connection; the commit is then planned again.
            properties.setProperty("sessionVariables", "innodb_lock_wait_timeout=1");
            properties.setProperty("rewriteBatchedStatements", "true");
        }
        properties.setProperty("tcpKeepAlive", "true");
        try {
            return DriverManager.getConnection(url, properties);
        } catch (SQLException e) {
            if (isWithoutDriver()) {
                throw new FlagsException(
                        "There is no JDBC driver for " + location() + " on the class path. Put there "
                                + (kind().equals("postgresql")
                                        ? "org.postgresql:postgresql"
                                        : kind().equals("mysql")
                                                ? "com.mysql:mysql-connector-j"
                                                : "org.mariadb.jdbc:mariadb-java-client"),
                        e);
            }
            throw e;
        }
    }

    private boolean isWithoutDriver() {
        try {
            DriverManager.getDriver(url);
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    private static String seconds(Duration duration) {
        return String.valueOf(Math.max(1, (duration.toMillis() + 999) / 1000));
    }

    /** Without the URL's options, which may hold a password. */
    @Override
    public String toString() {
        return location();
    }
}
