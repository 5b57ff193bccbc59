package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresServerTest {

    private static PostgresServer postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start();
    }

    @AfterAll
    static void end() {
        postgres.close();
    }

    @BeforeEach
    void freshDatabase() {
        postgres.createDatabase("app");
    }

    @Test
    void saysItsVersion() {
        assertThat(postgres.version()).matches("\\d+\\.\\d+.*");
    }

    @Test
    void whatWasCommittedOutlivesAKill() throws SQLException {
        execute("CREATE TABLE flag (name text)");
        execute("INSERT INTO flag VALUES ('on')");

        postgres.kill();
        assertThatThrownBy(() -> connect(60)).isInstanceOf(SQLException.class).hasMessageContaining("refused");
        postgres.restart();

        assertThat(ask("SELECT name FROM flag")).isEqualTo("on");
    }

    @Test
    void pausedItAnswersNothingOnOldAndNewConnections() throws SQLException {
        try (Connection old = connect(60)) {
            postgres.pause();
            old.setNetworkTimeout(Runnable::run, 1_000);
            assertThatThrownBy(() -> old.createStatement().execute("SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect(1)).isInstanceOf(SQLException.class);
        } finally {
            postgres.resume();
        }
        assertThat(ask("SELECT 1")).isEqualTo("1");
    }

    @Test
    void pausedItCanBeKilledAndStopped() throws SQLException {
        Connection open = connect(60);
        postgres.pause();
        postgres.kill();
        postgres.restart();
        open.close();
        open = connect(60);
        postgres.pause();
        postgres.stop();
        open.close();
        postgres.restart();

        assertThat(ask("SELECT 1")).isEqualTo("1");
    }

    @Test
    void countsTheConnectionsToADatabase() throws SQLException {
        try (Connection open = connect(60)) {
            assertThat(open.isClosed()).isFalse();
            assertThat(postgres.backendCount("app")).isEqualTo(1);
        }
    }

    @Test
    void aSettingIsInForceOnOldAndNewConnectionsWhenSetReturns() throws SQLException {
        try (Connection old = connect(60)) {
            for (int i = 0; i < 50; i++) {
                String value = i % 2 == 0 ? "on" : "off";
                postgres.set("default_transaction_read_only", value);

                assertThat(show(old)).as("on an old connection, time %d", i).isEqualTo(value);
                assertThat(ask("SHOW default_transaction_read_only"))
                        .as("on a new one, time %d", i)
                        .isEqualTo(value);
            }
        } finally {
            postgres.set("default_transaction_read_only", "off");
        }
    }

    private static String show(Connection on) throws SQLException {
        try (Statement statement = on.createStatement();
                var rows = statement.executeQuery("SHOW default_transaction_read_only")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Connection connect(int seconds) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", postgres.superuser());
        login.setProperty("password", postgres.superuserPassword());
        login.setProperty("loginTimeout", Integer.toString(seconds));
        login.setProperty("connectTimeout", Integer.toString(seconds));
        login.setProperty("socketTimeout", Integer.toString(seconds));
        return DriverManager.getConnection(postgres.jdbcUrl("app"), login);
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = connect(60)) {
            connection.createStatement().execute(sql);
        }
    }

    private static String ask(String sql) throws SQLException {
        try (Connection connection = connect(60);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
