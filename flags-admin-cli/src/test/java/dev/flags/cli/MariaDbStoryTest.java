package dev.flags.cli;

import dev.flags.servers.MariaDbServer;
import dev.flags.servers.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MariaDbStoryTest extends ServerStory {
    private static MariaDbServer server;
    private static int databases;

    private String database;

    @BeforeAll
    static void start() {
        server = MariaDbServer.start();
        server.execute("CREATE USER reader@localhost IDENTIFIED BY '" + SECRET + "'");
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void makeTheTables() {
        database = "flags" + ++databases;
        server.createDatabase(database);
        server.execute("GRANT SELECT ON " + database + ".* TO reader@localhost");
        cli().done("db", "migrate").prints("V1__flags.sql");
    }

    @Override
    Cli cli() {
        return Cli.in(directory).with("FLAGS_STORE", server.jdbcUrl(database) + "&user=" + server.user());
    }

    @Override
    Cli reader() {
        return Cli.in(directory)
                .with("FLAGS_STORE", server.jdbcUrl(database) + "&user=reader")
                .with("FLAGS_PASSWORD", SECRET);
    }

    @Test
    void theDriverOfMariaDbServesTheUrlsOfMySqlToo() {
        Cli cli = cli();
        cli.with("FLAGS_STORE", cli.variables().get("FLAGS_STORE").replace("jdbc:mariadb:", "jdbc:mysql:"))
                .done("create", "k");
        cli.done("get", "k");
    }

    @Override
    String layer() {
        return "mariadb";
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
