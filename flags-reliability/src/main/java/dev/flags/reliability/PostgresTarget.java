package dev.flags.reliability;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.servers.Line;
import dev.flags.servers.PostgresServer;
import dev.flags.store.FlagStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** One PostgreSQL that asks for passwords; the application's line to it can be cut. */
final class PostgresTarget implements Target {

    private static final String LOGIN = "application";
    private static final String DATABASE = "postgres";
    private static final List<String> TABLES = List.of(
            "flags_environment",
            "flags_flag",
            "flags_kill",
            "flags_rollout",
            "flags_segment",
            "flags_segment_member",
            "flags_audit",
            "flags_audit_key",
            "flags_lease",
            "flags_evidence",
            "flags_outcome");

    private final PostgresServer server = PostgresServer.start();
    private final Line line = Line.to("127.0.0.1", server.port());
    private final AtomicReference<String> password = new AtomicReference<>("first");

    PostgresTarget() {
        server.requirePasswords();
        JdbcFlagStore.migrate(
                server.jdbcUrl(DATABASE), Optional.of(server.superuser()), Optional.of(server::superuserPassword));
        server.execute("CREATE ROLE " + LOGIN + " LOGIN PASSWORD 'first'");
        server.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + LOGIN);
    }

    PostgresServer server() {
        return server;
    }

    Line line() {
        return line;
    }

    void applicationPassword(String text) {
        password.set(text);
    }

    /** Changes the login's password on the server, and ends the connections that it has. */
    void serverPassword(String text) {
        server.execute("ALTER ROLE " + LOGIN + " PASSWORD '" + text + "'");
        line.reset();
    }

    void revoke() {
        server.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM " + LOGIN);
    }

    void grant() {
        server.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO " + LOGIN);
    }

    void readOnly(boolean is) {
        server.set("default_transaction_read_only", is ? "on" : "off");
    }

    /** Empties the tables, as a restore of a schema without its data does. */
    void empty() {
        server.execute("TRUNCATE " + String.join(", ", TABLES));
    }

    /** Keeps a copy of all rows. */
    void backUp() {
        server.execute("CREATE SCHEMA backup");
        TABLES.forEach(table -> server.execute("CREATE TABLE backup." + table + " AS TABLE public." + table));
    }

    /** Puts the copy in place of the rows, in one transaction. */
    void putBack() {
        StringBuilder all = new StringBuilder("TRUNCATE " + String.join(", ", TABLES) + "; ");
        TABLES.forEach(table -> all.append("INSERT INTO public." + table + " SELECT * FROM backup." + table + "; "));
        server.execute(all.toString());
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public FlagStore open(String environment) {
        return JdbcFlagStore.builder(server.jdbcUrl(DATABASE, line.port()), environment)
                .user(LOGIN)
                .password(password::get)
                .open();
    }

    @Override
    public FlagStore administrator(String environment) {
        return JdbcFlagStore.builder(server.jdbcUrl(DATABASE), environment)
                .user(server.superuser())
                .password(server::superuserPassword)
                .open();
    }

    @Override
    public void close() {
        line.close();
        server.close();
    }
}
