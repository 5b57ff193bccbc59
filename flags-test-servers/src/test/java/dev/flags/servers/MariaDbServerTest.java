package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MariaDbServerTest {

    private static MariaDbServer mariadb;

    @BeforeAll
    static void start() {
        mariadb = MariaDbServer.start();
    }

    @AfterAll
    static void end() {
        mariadb.close();
    }

    @BeforeEach
    void freshDatabase() {
        mariadb.createDatabase("app");
    }

    @Test
    void saysItsVersion() {
        assertThat(mariadb.version()).matches("\\d+\\.\\d+.*");
    }

    @Test
    void whatWasCommittedOutlivesAKill() throws SQLException {
        execute("CREATE TABLE flag (name varchar(20))");
        execute("INSERT INTO flag VALUES ('on')");

        mariadb.kill();
        assertThatThrownBy(() -> connect(60)).isInstanceOf(SQLException.class).hasMessageContaining("refused");
        mariadb.restart();

        assertThat(ask("SELECT name FROM flag")).isEqualTo("on");
    }

    @Test
    void pausedItAnswersNothingOnOldAndNewConnections() throws SQLException {
        try (Connection old = connect(60)) {
            mariadb.pause();
            old.setNetworkTimeout(Runnable::run, 1_000);
            assertThatThrownBy(() -> old.createStatement().execute("SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect(1)).isInstanceOf(SQLException.class);
        } finally {
            mariadb.resume();
        }
        assertThat(ask("SELECT 1")).isEqualTo("1");
    }

    @Test
    void pausedItCanBeKilledAndStopped() throws SQLException {
        Connection open = connect(60);
        mariadb.pause();
        mariadb.kill();
        mariadb.restart();
        open.close();
        open = connect(60);
        mariadb.pause();
        mariadb.stop();
        open.close();
        mariadb.restart();

        assertThat(ask("SELECT 1")).isEqualTo("1");
    }

    @Test
    void countsTheConnectionsToADatabase() throws SQLException {
        try (Connection open = connect(60)) {
            assertThat(open.isClosed()).isFalse();
            // a connection of the test before may not have noticed its end yet
            await().atMost(Duration.ofMinutes(2)).until(() -> mariadb.connectionCount("app") == 1);
        }
    }

    private static Connection connect(int seconds) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", mariadb.user());
        login.setProperty("password", mariadb.password());
        login.setProperty("connectTimeout", Integer.toString(1000 * seconds));
        login.setProperty("socketTimeout", Integer.toString(1000 * seconds));
        return DriverManager.getConnection(mariadb.jdbcUrl("app"), login);
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
