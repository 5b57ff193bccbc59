package dev.flags.rollout.checks;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.Fields;
import dev.flags.model.FlagKeys;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Problems;
import dev.flags.secrets.FilePermissions;
import dev.flags.secrets.SecretException;
import dev.flags.secrets.Secrets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a controller's file, whole or not at all. Not thread-safe; confine it to one thread. */
final class ConfigurationReader {
    private final Path file;
    private final Problems problems;
    private final SecretFields secrets;
    private final ControllerConfiguration.Parts parts = new ControllerConfiguration.Parts();

    /** What was there and had problems, so that what refers to it is not reported on top. */
    private final Set<String> refused = new HashSet<>();

    ConfigurationReader(Path file, Function<String, @Nullable String> variables) {
        this.file = file;
        this.problems = new Problems(file + "#");
        Path parent = file.toAbsolutePath().getParent();
        this.secrets = new SecretFields(parent == null ? file : parent, variables);
    }

    ControllerConfiguration read() {
        Object tree = tree();
        Fields top = tree == null ? null : Fields.of(tree, problems);
        if (top != null) {
            document(top);
        }
        if (secrets.foundLiteral() && FilePermissions.othersCanRead(file)) {
            problems.add(
                    "holds a secret and can be read by others; chmod 600 it, or keep secrets elsewhere (…Env, …File)");
        }
        return parts.build(problems);
    }

    private @Nullable Object tree() {
        try {
            if (FilePermissions.othersCanWrite(file)) {
                throw new InvalidFlagException(
                        file.toString(),
                        "can be written by others, who could make the controller run programs; chmod go-w it");
            }
            String text = Files.readString(file);
            if (text.isBlank()) {
                return null;
            }
            return isJson() ? Json.parse(text) : Json.parseYaml(text);
        } catch (IOException | SecretException e) {
            throw new InvalidFlagException(file.toString(), "cannot be read: " + e);
        } catch (JsonException e) {
            throw new InvalidFlagException(file.toString(), String.valueOf(e.getMessage()));
        }
    }

    private boolean isJson() {
        return file.toString().endsWith(".json");
    }

    private void document(Fields top) {
        if (top.has("apiVersion")) {
            Object version = top.take("apiVersion");
            if (!Long.valueOf(1).equals(version)) {
                top.at("apiVersion").add("must be 1, was " + Fields.show(version));
            }
        }
        Object store = top.take("store");
        Fields own = store == null ? null : Fields.of(store, top.at("store"));
        if (own != null) {
            parts.own = migrations(own);
            own.refuseRest();
        }
        each(top, "databases", parts.databases, this::database);
        each(top, "queries", parts.queries, this::query);
        each(top, "prometheus", parts.prometheus, this::prometheus);
        each(top, "measurements", parts.measures, this::measurement);
        each(top, "endpoints", parts.endpoints, this::endpoint);
        each(top, "hooks", parts.hooks, new HookReader(secrets)::hook);
        top.refuseRest();
    }

    /** Reads each part of a section that has no problem. */
    private <T> void each(Fields top, String section, Map<String, T> into, PartReader<T> reader) {
        Object value = top.take(section);
        Fields byName = value == null ? null : Fields.of(value, top.at(section));
        if (byName == null) {
            return;
        }
        for (String name : byName.names()) {
            Problems at = byName.at(name);
            FlagKeys.problemWith(name).ifPresent(problem -> at.add("the name " + problem));
            Fields fields = Fields.of(byName.take(name), at);
            if (fields != null) {
                int before = problems.count();
                T part = reader.read(name, fields);
                fields.refuseRest();
                if (part != null && problems.count() == before) {
                    into.put(name, part);
                } else {
                    refused.add(section + "/" + name);
                }
            }
        }
    }

    private interface PartReader<T> {
        @Nullable
        T read(String name, Fields fields);
    }

    private ControllerConfiguration.OwnDatabase migrations(Fields fields) {
        return new ControllerConfiguration.OwnDatabase(
                table(fields, "flywayTable", Database.FLYWAY_TABLE),
                table(fields, "liquibaseTable", Database.LIQUIBASE_TABLE),
                Durations.read(fields, Database.TIMEOUT));
    }

    private String table(Fields fields, String name, String absent) {
        String table = fields.text(name, absent);
        try {
            SqlName.parse(table, 2);
        } catch (NotAnsweredException e) {
            fields.at(name).add(String.valueOf(e.getMessage()));
        }
        return table;
    }

    private @Nullable Database database(String name, Fields fields) {
        String url = fields.requiredText("url");
        Optional<String> user = Optional.ofNullable(fields.text("user"));
        Optional<Secret> password = secrets.find(fields, "password", "credentialCommand", true);
        ControllerConfiguration.OwnDatabase migrations = migrations(fields);
        if (url == null) {
            return null;
        }
        if (!url.startsWith("jdbc:")) {
            fields.at("url").add("must begin with jdbc:");
        } else if (url.matches("[^?]*//[^/?]*@.*")) {
            fields.at("url").add("has a login before the host, which drivers do not take; use user and passwordEnv");
        }
        if (Secrets.isIn(url)) {
            secrets.noteLiteral();
        }
        return new Database(
                name,
                new DatabaseUrl(url, user, password),
                migrations.flywayTable(),
                migrations.liquibaseTable(),
                migrations.timeout());
    }

    private @Nullable SqlQuery query(String name, Fields fields) {
        String database = fields.text("database", "");
        String sql = fields.requiredText("sql");
        Duration timeout = Durations.read(fields, Database.TIMEOUT);
        if (refused.contains("databases/" + database)) {
            return null; // what is wrong with it is said there
        }
        return sql == null ? null : new SqlQuery(name, database, sql, timeout);
    }

    private @Nullable Prometheus prometheus(String name, Fields fields) {
        URI url = url(fields);
        Optional<Http.Login> login = secrets.login(fields);
        return url == null ? null : new Prometheus(name, url, login);
    }

    private @Nullable Measure measurement(String name, Fields fields) {
        String server = fields.requiredText("prometheus");
        String promql = fields.requiredText("promql");
        Duration timeout = Durations.read(fields, Prometheus.TIMEOUT);
        if (server == null || promql == null) {
            return null;
        }
        Prometheus prometheus = parts.prometheus.get(server);
        if (prometheus == null) {
            if (!refused.contains("prometheus/" + server)) {
                fields.at("prometheus")
                        .add(ControllerConfiguration.Parts.missing("Prometheus", server, parts.prometheus));
            }
            return null;
        }
        return http -> prometheus.evaluate(http, promql, timeout);
    }

    private @Nullable Endpoint endpoint(String name, Fields fields) {
        URI url = url(fields);
        Optional<Http.Login> login = secrets.login(fields);
        Duration timeout = Durations.read(fields, Endpoint.TIMEOUT);
        Set<Integer> expect = new HashSet<>();
        for (Integer status : Fields.<Integer>whole(fields.each("expect", ConfigurationReader::status))) {
            expect.add(status);
        }
        return url == null ? null : new Endpoint(name, url, login, expect, timeout);
    }

    private static @Nullable Integer status(@Nullable Object value, Problems at) {
        if (value instanceof Long status && status >= 100 && status <= 599) {
            return status.intValue();
        }
        at.add("must be an HTTP status such as 200, was " + Fields.show(value));
        return 0;
    }

    private static @Nullable URI url(Fields fields) {
        String text = fields.requiredText("url");
        if (text == null) {
            return null;
        }
        Optional<URI> url = WebAddress.parse(text);
        if (url.isEmpty()) {
            fields.at("url").add("must be an http or https URL without a login");
        }
        return url.orElse(null);
    }
}
