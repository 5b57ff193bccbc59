package dev.flags.cli;

import dev.flags.servers.PostgresServer;
import dev.flags.servers.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresStoryTest extends ServerStory {
    private static PostgresServer server;
    private static int databases;

    private String database;

    @BeforeAll
    static void start() {
        server = PostgresServer.start();
        server.requirePasswords();
        server.execute("CREATE ROLE reader LOGIN PASSWORD '" + SECRET + "'");
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void makeTheTables() {
        database = "flags" + ++databases;
        server.createDatabase(database);
        asAdministrator().done("db", "migrate").prints("V1__flags.sql");
    }

    private Cli asAdministrator() {
        return Cli.in(directory)
                .with("FLAGS_STORE", "jdbc:postgresql://" + server.superuser() + "@" + place())
                .with("FLAGS_PASSWORD", server.superuserPassword());
    }

    @Override
    Cli cli() {
        return asAdministrator();
    }

    @Override
    Cli reader() {
        try (Connection connection = DriverManager.getConnection(
                        server.jdbcUrl(database), server.superuser(), server.superuserPassword());
                Statement statement = connection.createStatement()) {
            statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Cli.in(directory)
                .with("FLAGS_STORE", server.jdbcUrl(database) + "?user=reader")
                .with("FLAGS_PASSWORD", SECRET);
    }

    @Test
    void aDatabaseWithoutTablesIsExitCode5AndNamesTheVerbThatMakesThem() {
        server.createDatabase("empty");
        Cli cli = asAdministrator()
                .with("FLAGS_STORE", "jdbc:postgresql://postgres@127.0.0.1:" + server.port() + "/empty");
        cli.run("list").exits(5).says("db migrate");
        cli.run("create", "k").exits(5).says("db migrate");
        cli.done("db", "migrate", "--dry-run").prints("V1__flags.sql").says("would be applied");
        cli.run("list").exits(5);
        cli.done("db", "migrate").says("applied to jdbc:postgresql://");
        cli.done("create", "k");
    }

    @Test
    void aDatabaseThatIsNotThereIsSaidSo() {
        asAdministrator()
                .with("FLAGS_STORE", "jdbc:postgresql://postgres@127.0.0.1:" + server.port() + "/nowhere")
                .run("list")
                .exits(5)
                .says("no such database", "nowhere");
    }

    @Override
    String layer() {
        return "postgresql";
    }

    @Override
    String place() {
        return "127.0.0.1:" + server.port() + "/" + database;
    }

    @Override
    TestServer server() {
        return server;
    }
}
