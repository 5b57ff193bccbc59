package dev.flags.jdbc;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** One database on a server, and a login there. */
record TestDatabase(String url, String user, String password) {
    /** On a busy machine a server may take its time; what is not about that does not fail by it. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    Optional<String> login() {
        return Optional.of(user);
    }

    Optional<Supplier<String>> secret() {
        return Optional.of(() -> password);
    }

    TestDatabase as(String other, String otherPassword) {
        return new TestDatabase(url, other, otherPassword);
    }

    ServerAddress address() {
        return new ServerAddress(url, login(), secret(), PATIENCE, PATIENCE);
    }

    /** One that looks often. */
    JdbcStorage storage(String environment) {
        return storage(environment, Duration.ofMillis(20));
    }

    JdbcStorage storage(String environment, Duration pollInterval) {
        return new JdbcStorage(
                new ServerConnections(new OwnConnections(address()), PATIENCE), environment, pollInterval);
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, user, password);
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String select(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : "";
        }
    }
}
