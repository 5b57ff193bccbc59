package dev.flags.cli;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.jdbc.JdbcMigrations;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database of PostgreSQL, MySQL or MariaDB. Its tables are made by {@code db migrate} alone. */
final class DatabaseKind extends StoreKind {
    /** A migration may have to rewrite a table. */
    private static final Duration MIGRATE_WITHIN = Duration.ofMinutes(10);

    private @Nullable DatabasePool pool;
    private @Nullable DatabasePool migrating;

    DatabaseKind(Session session) {
        super(session);
    }

    @Override
    Optional<DataSource> database() {
        DatabasePool open = pool;
        if (open == null) {
            open = DatabasePool.open(url, session.password(), session.settings().timeout());
            pool = open;
        }
        return Optional.of(open.dataSource());
    }

    @Override
    FlagStore open(String environment) {
        return JdbcFlagStore.builder(database().orElseThrow(), environment)
                .leadsTo(url)
                .socketTimeout(session.settings().timeout())
                .open();
    }

    @Override
    Optional<Migrations> migrations() {
        return Optional.of(new Migrations() {
            @Override
            public List<String> pending() {
                return JdbcMigrations.pending(migrating().dataSource());
            }

            @Override
            public List<String> apply() {
                return JdbcMigrations.migrate(migrating().dataSource());
            }
        });
    }

    @Override
    Map<String, String> forApplications() {
        DatabaseAddress address = DatabaseAddress.parse(url); // a driver takes no user before the host
        Map<String, String> variables = new HashMap<>(Map.of("FLAGS_STORE", address.url()));
        address.user().ifPresent(user -> variables.put("FLAGS_USER", user));
        return variables;
    }

    @Override
    String place() {
        return DatabaseAddress.parse(url).place();
    }

    private DatabasePool migrating() {
        DatabasePool open = migrating;
        if (open == null) {
            open = DatabasePool.open(url, session.password(), session.settings().timeout(), MIGRATE_WITHIN);
            migrating = open;
        }
        return open;
    }

    @Override
    void close() {
        if (pool != null) {
            pool.close();
        }
        if (migrating != null) {
            migrating.close();
        }
    }
}
