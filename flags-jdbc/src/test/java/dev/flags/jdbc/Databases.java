package dev.flags.jdbc;

import dev.flags.servers.MariaDbServer;
import dev.flags.servers.PostgresServer;
import java.util.concurrent.atomic.AtomicInteger;

/** The servers of this JVM, started when first asked for, and a fresh database on one of them for each test. */
enum Databases {
    POSTGRESQL {
        @Override
        TestDatabase empty() {
            String name = "flags_pg_" + next();
            postgres().createDatabase(name);
            return new TestDatabase(
                    postgres().jdbcUrl(name), postgres().superuser(), postgres().superuserPassword());
        }
    },
    MARIADB {
        @Override
        TestDatabase empty() {
            String name = "flags_maria_" + next();
            mariaDb().createDatabase(name);
            return new TestDatabase(
                    mariaDb().jdbcUrl(name), mariaDb().user(), mariaDb().password());
        }
    },
    /** The same server through MySQL's own driver. MySQL itself cannot be run here. */
    MARIADB_BY_MYSQL_DRIVER {
        @Override
        TestDatabase empty() {
            TestDatabase made = MARIADB.empty();
            String url = made.url().replace("jdbc:mariadb:", "jdbc:mysql:").replaceAll("[?].*", "");
            return new TestDatabase(url + "?sslMode=DISABLED", made.user(), made.password());
        }
    };

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** No test has more than a few at a time, and making one drops the one of that name before. */
    private static int next() {
        return NUMBER.incrementAndGet() % 8;
    }

    /** A database with nothing in it. */
    abstract TestDatabase empty();

    /** A database with the tables. */
    TestDatabase migrated() {
        TestDatabase made = empty();
        JdbcMigrations.migrate(made.url(), made.login(), made.secret());
        return made;
    }

    static PostgresServer postgres() {
        return Postgres.SERVER;
    }

    static MariaDbServer mariaDb() {
        return MariaDb.SERVER;
    }

    private static final class Postgres {
        private static final PostgresServer SERVER = PostgresServer.start();
    }

    private static final class MariaDb {
        private static final MariaDbServer SERVER = MariaDbServer.start();

        static {
            // Nobody pulls the plug here, and waiting for the disk is most of what these tests would do.
            SERVER.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
            // It would be taken for everybody who comes from this machine.
            SERVER.execute("DROP USER IF EXISTS ''@'localhost'");
        }
    }
}
