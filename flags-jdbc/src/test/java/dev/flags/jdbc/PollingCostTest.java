package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.Feed;
import dev.flags.store.Head;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What following costs the database while nothing changes. */
class PollingCostTest {
    @TempDir
    Path directory;

    private final List<String> statements = new CopyOnWriteArrayList<>();

    @Test
    void aLookThatFindsNothingNewIsOneStatementReadingOneRowByItsKey() throws Exception {
        SQLiteDataSource plain = new SQLiteDataSource();
        plain.setUrl("jdbc:sqlite:" + directory.resolve("flags.db"));
        JdbcMigrations.migrate(plain);
        try (JdbcStorage storage = new JdbcStorage(
                        new ServerConnections(new BorrowedConnections(noting(plain)), Duration.ofSeconds(2)),
                        "production",
                        Duration.ofSeconds(1));
                Feed feed = storage.feed()) {
            storage.attempt(Appends.touching("a"));
            Head known = storage.head();
            statements.clear();

            assertThat(feed.await(known, Duration.ofMillis(1))).isEqualTo(new Feed.Awaited.Unchanged());

            assertThat(statements).hasSize(1);
            assertThat(plan(plain, statements.get(0)))
                    .containsExactly("SEARCH flags_environment USING PRIMARY KEY (environment=?)");
        }
    }

    private static List<String> plan(DataSource dataSource, String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement explain = connection.prepareStatement("EXPLAIN QUERY PLAN " + sql)) {
            explain.setString(1, "production");
            List<String> steps = new CopyOnWriteArrayList<>();
            try (ResultSet rows = explain.executeQuery()) {
                while (rows.next()) {
                    steps.add(rows.getString("detail"));
                }
            }
            return steps;
        }
    }

    /** A data source whose connections note each statement's text. */
    private DataSource noting(DataSource real) {
        return proxy(
                DataSource.class,
                real,
                (method, result, arguments) -> result instanceof Connection connection
                        ? proxy(Connection.class, connection, (ofConnection, made, text) -> {
                            if (ofConnection.equals("prepareStatement")) {
                                statements.add((String) text[0]);
                            }
                            return made instanceof Statement statement && !(made instanceof PreparedStatement)
                                    ? proxy(Statement.class, statement, (executed, outcome, sql) -> {
                                        if (executed.startsWith("execute")) {
                                            statements.add((String) sql[0]);
                                        }
                                        return outcome;
                                    })
                                    : made;
                        })
                        : result);
    }

    private static <T> T proxy(Class<T> type, T real, After after) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return after.call(method.getName(), method.invoke(real, arguments), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    @FunctionalInterface
    private interface After {
        Object call(String method, Object result, Object[] arguments);
    }
}
