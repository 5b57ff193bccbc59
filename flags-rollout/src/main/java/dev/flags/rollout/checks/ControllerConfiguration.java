package dev.flags.rollout.checks;

import dev.flags.model.FlagKeys;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Problems;
import dev.flags.store.FlagStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a controller may look at and call outside the store: databases, queries, measurements, endpoints and hooks, by name. A plan in
 * the store only names them. So whoever can write a flag can neither run a program nor choose an address; whoever can write this can,
 * and it lies with the controller. Secrets are asked for at each use and never shown. Immutable.
 */
public final class ControllerConfiguration {
    private static final ControllerConfiguration NONE = builder().build();

    private final Parts parts;
    private final Http http;

    private ControllerConfiguration(Parts parts) {
        this.parts = parts.copy();
        this.http = new Http(parts.client == null ? Http.ordinaryClient() : parts.client);
    }

    /** That of a controller without one: it can check the store's own database and other flags, and calls nothing. */
    public static ControllerConfiguration none() {
        return NONE;
    }

    /**
     * Reads a file: YAML, or JSON where its name ends with {@code .json}. {@code docs/controller.md} is its form.
     *
     * @throws InvalidFlagException with all its problems, each with its path; also where others can write the file, who could make
     *     the controller run programs, or where it holds a secret and others can read it
     */
    public static ControllerConfiguration read(Path file) {
        return new ConfigurationReader(file, System::getenv).read();
    }

    /** An empty one to fill in, for applications that run a controller. */
    public static Builder builder() {
        return new Builder(new Parts());
    }

    /** A builder that starts from this one: what a file has, and what the application adds. */
    public Builder toBuilder() {
        return new Builder(parts.copy());
    }

    /**
     * The checks of this configuration.
     *
     * @param store for preconditions on other flags of its environment
     * @param own the store's own database, where it has one, for preconditions that name none
     */
    public Checks checks(FlagStore store, Optional<DataSource> own) {
        return new ConfiguredChecks(this, store, own);
    }

    /** The hooks of this configuration. */
    public Hooks hooks() {
        Map<String, Hook> hooks = new LinkedHashMap<>();
        parts.hooks.forEach((name, hook) -> hooks.put(name, hook.apply(http)));
        return new ConfiguredHooks(Map.copyOf(hooks));
    }

    /** The names of its hooks. */
    public Set<String> hookNames() {
        return Collections.unmodifiableSet(parts.hooks.keySet());
    }

    Map<String, Database> databases() {
        return parts.databases;
    }

    Map<String, SqlQuery> queries() {
        return parts.queries;
    }

    Map<String, Measure> measures() {
        return parts.measures;
    }

    Map<String, Endpoint> endpoints() {
        return parts.endpoints;
    }

    Optional<Database> own(Optional<DataSource> source) {
        return source.map(connections -> Database.of("", connections))
                .map(database -> new Database(
                        "",
                        database.connections(),
                        parts.own.flywayTable(),
                        parts.own.liquibaseTable(),
                        parts.own.timeout()));
    }

    Http http() {
        return http;
    }

    /** How many there are of each, without any detail. */
    @Override
    public String toString() {
        return "ControllerConfiguration[databases=" + parts.databases.keySet() + ", queries=" + parts.queries.keySet()
                + ", measurements=" + parts.measures.keySet() + ", endpoints=" + parts.endpoints.keySet() + ", hooks="
                + parts.hooks.keySet() + "]";
    }

    /** What is put together. */
    static final class Parts {
        final Map<String, Database> databases = new LinkedHashMap<>();
        final Map<String, SqlQuery> queries = new LinkedHashMap<>();
        final Map<String, Prometheus> prometheus = new LinkedHashMap<>();
        final Map<String, Measure> measures = new LinkedHashMap<>();
        final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
        final Map<String, Function<Http, Hook>> hooks = new LinkedHashMap<>();
        OwnDatabase own = OwnDatabase.ORDINARY;

        @Nullable
        HttpClient client;

        Parts copy() {
            Parts copy = new Parts();
            copy.databases.putAll(databases);
            copy.queries.putAll(queries);
            copy.prometheus.putAll(prometheus);
            copy.measures.putAll(measures);
            copy.endpoints.putAll(endpoints);
            copy.hooks.putAll(hooks);
            copy.own = own;
            copy.client = client;
            return copy;
        }

        /** Notes what refers to something that is not there. */
        ControllerConfiguration build(Problems problems) {
            queries.forEach((name, query) -> {
                if (!query.database().isEmpty() && !databases.containsKey(query.database())) {
                    problems.at("queries")
                            .at(name)
                            .at("database")
                            .add(missing("database", query.database(), databases));
                }
                if (measures.containsKey(name)) {
                    problems.at("measurements")
                            .at(name)
                            .add("is the name of a query as well, which is a measurement too");
                }
            });
            problems.require();
            return new ControllerConfiguration(this);
        }

        static String missing(String kind, String name, Map<String, ?> known) {
            return "there is no " + kind + " '" + name + "'"
                    + (known.isEmpty() ? "" : "; there is " + String.join(", ", known.keySet()));
        }
    }

    /** How the store's own database is asked. */
    record OwnDatabase(String flywayTable, String liquibaseTable, Duration timeout) {
        static final OwnDatabase ORDINARY =
                new OwnDatabase(Database.FLYWAY_TABLE, Database.LIQUIBASE_TABLE, Database.TIMEOUT);
    }

    /**
     * Puts a configuration together. Names are as those of flags; a name given twice is refused. Methods throw {@link
     * InvalidFlagException} or {@link IllegalArgumentException}. Not thread-safe; confine it to one thread.
     */
    public static final class Builder {
        private final Parts parts;

        private Builder(Parts parts) {
            this.parts = parts;
        }

        /** A database; its data source must have time-outs for connections, and may be a pool. */
        public Builder database(String name, DataSource source) {
            put(parts.databases, name, Database.of(name, source));
            return this;
        }

        /** Where the migrations of a database are noted, where it is not the tool's default. */
        public Builder migrationTables(String database, String flywayTable, String liquibaseTable) {
            Database known = parts.databases.get(database);
            if (known == null) {
                throw new InvalidFlagException(
                        "databases/" + database, Parts.missing("database", database, parts.databases));
            }
            parts.databases.put(
                    database,
                    new Database(database, known.connections(), flywayTable, liquibaseTable, known.timeout()));
            return this;
        }

        /**
         * A query that gives one row, whose first column counts: as a precondition it must be true, as a measurement a number.
         *
         * @param database its name here; empty: the store's own
         */
        public Builder query(String name, String database, String sql, Duration timeout) {
            put(parts.queries, name, new SqlQuery(name, database, sql, Durations.require(timeout)));
            return this;
        }

        /** A number that the application knows; {@code source} must return within seconds. */
        public Builder measurement(String name, Callable<? extends Number> source) {
            put(parts.measures, name, http -> source.call().doubleValue());
            return this;
        }

        /** A Prometheus server; {@code url} is what comes before {@code /api/v1}. */
        public Builder prometheus(String name, URI url) {
            put(parts.prometheus, name, new Prometheus(name, web(url), Optional.empty()));
            return this;
        }

        /**
         * A number by PromQL.
         *
         * @param prometheus a server's name, given before
         */
        public Builder promql(String name, String prometheus, String expression, Duration timeout) {
            Prometheus server = parts.prometheus.get(prometheus);
            if (server == null) {
                throw new InvalidFlagException(
                        "measurements/" + name, Parts.missing("Prometheus", prometheus, parts.prometheus));
            }
            Duration within = Durations.require(timeout);
            put(parts.measures, name, http -> server.evaluate(http, expression, within));
            return this;
        }

        /** An endpoint that answers 2xx while something is well. */
        public Builder endpoint(String name, URI url, Duration timeout) {
            put(
                    parts.endpoints,
                    name,
                    new Endpoint(name, web(url), Optional.empty(), Set.of(), Durations.require(timeout)));
            return this;
        }

        /** A hook of the application's own. */
        public Builder hook(String name, Hook hook) {
            put(parts.hooks, name, http -> hook);
            return this;
        }

        /** For Prometheus, endpoints and webhooks; it must not follow redirects. */
        public Builder httpClient(HttpClient client) {
            new Http(client); // refuses one that follows
            parts.client = client;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws InvalidFlagException when a query names a database that is not there
         */
        public ControllerConfiguration build() {
            return parts.build(new Problems("controller configuration"));
        }

        private static <T> void put(Map<String, T> map, String name, T value) {
            FlagKeys.require(name);
            if (map.putIfAbsent(name, value) != null) {
                throw new InvalidFlagException(name, "is there already");
            }
        }

        private static URI web(URI url) {
            return WebAddress.parse(url.toString())
                    .orElseThrow(() -> new IllegalArgumentException("must be an http or https URL without a login"));
        }
    }
}
