package dev.flags.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
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
        assertThatThrownBy(() -> connect(1)).isInstanceOf(SQLException.class).hasMessageContaining("refused");
        mariadb.restart();

        assertThat(ask("SELECT name FROM flag")).isEqualTo("on");
    }

    @Test
    void pausedItAnswersNothingOnOldAndNewConnections() throws SQLException {
        try (Connection old = connect(1)) {
            mariadb.pause();
            assertThatThrownBy(() -> old.createStatement().execute("SELECT 1")).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> connect(1)).isInstanceOf(SQLException.class);
        } finally {
            mariadb.resume();
        }
        assertThat(ask("SELECT 1")).isEqualTo("1");
    }

    @Test
    void pausedItCanBeKilledAndStopped() throws SQLException {
        Connection open = connect(1);
        mariadb.pause();
        mariadb.kill();
        mariadb.restart();
        open.close();
        open = connect(1);
        mariadb.pause();
        mariadb.stop();
        open.close();
        mariadb.restart();

        assertThat(ask("SELECT 1")).isEqualTo("1");
    }

    @Test
    void countsTheConnectionsToADatabase() throws SQLException {
        try (Connection open = connect(1)) {
            assertThat(open.isClosed()).isFalse();
            assertThat(mariadb.connectionCount("app")).isEqualTo(1);
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
        try (Connection connection = connect(10)) {
            connection.createStatement().execute(sql);
        }
    }

    private static String ask(String sql) throws SQLException {
        try (Connection connection = connect(10);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
