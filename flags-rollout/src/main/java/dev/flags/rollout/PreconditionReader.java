package dev.flags.rollout;

import dev.flags.model.Fields;
import dev.flags.model.Problems;
import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.Kind;
import dev.flags.rollout.Precondition.Migration;
import dev.flags.rollout.Precondition.MigrationTool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Preconditions in plan documents, both ways: an object whose one field says what kind it is. */
final class PreconditionReader {
    private static final String DATABASE = "database";
    private static final List<String> KINDS =
            List.of("function", "table", "column", "flyway", "liquibase", "query", "endpoint", "flag");

    private PreconditionReader() {}

    static Optional<Precondition> read(@Nullable Object element, Problems at) {
        Fields fields = Fields.of(element, at);
        if (fields == null) {
            return Optional.empty();
        }
        List<String> said = KINDS.stream().filter(fields::has).toList();
        if (said.size() != 1) {
            at.add("must have one of " + String.join(", ", KINDS)
                    + (said.isEmpty() ? ", has " + fields.names() : ", not " + String.join(" and ", said)));
            return Optional.empty();
        }
        String kind = said.get(0);
        String name = name(fields, kind);
        String database = KINDS.indexOf(kind) <= KINDS.indexOf("liquibase") ? fields.text(DATABASE, "") : "";
        Precondition precondition = name == null ? null : of(kind, name, database, fields);
        fields.refuseRest();
        return Optional.ofNullable(precondition);
    }

    /** Versions look like numbers; one with a point would lose its last zeros as one. */
    private static @Nullable String name(Fields fields, String kind) {
        Object value = fields.take(kind);
        if (value instanceof Long number) {
            return number.toString();
        }
        if (value instanceof String text) {
            return text;
        }
        fields.at(kind).add("must be a text, in quotes where it looks like a number, was " + Fields.show(value));
        return null;
    }

    private static @Nullable Precondition of(String kind, String name, String database, Fields fields) {
        return switch (kind) {
            case "function", "table", "column" ->
                new DatabaseObject(Kind.valueOf(kind.toUpperCase(Locale.ROOT)), name, database);
            case "flyway", "liquibase" ->
                new Migration(MigrationTool.valueOf(kind.toUpperCase(Locale.ROOT)), name, database);
            case "query" -> new Precondition.QueryIsTrue(name);
            case "endpoint" -> new Precondition.Healthy(name);
            default -> flag(name, fields);
        };
    }

    private static @Nullable Precondition flag(String key, Fields fields) {
        String is = fields.text("is", "on");
        if (!is.equals("on") && !is.equals("off")) {
            fields.at("is").add("must be on or off");
            return null;
        }
        return new Precondition.FlagIs(key, is.equals("on"));
    }

    static Map<String, Object> tree(Precondition precondition) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (precondition instanceof DatabaseObject object) {
            tree.put(object.kind().name().toLowerCase(Locale.ROOT), object.object());
            database(tree, object.database());
        } else if (precondition instanceof Migration migration) {
            tree.put(migration.tool().name().toLowerCase(Locale.ROOT), migration.version());
            database(tree, migration.database());
        } else if (precondition instanceof Precondition.QueryIsTrue query) {
            tree.put("query", query.query());
        } else if (precondition instanceof Precondition.Healthy healthy) {
            tree.put("endpoint", healthy.endpoint());
        } else {
            Precondition.FlagIs flag = (Precondition.FlagIs) precondition;
            tree.put("flag", flag.flag());
            tree.put("is", flag.on() ? "on" : "off");
        }
        return tree;
    }

    private static void database(Map<String, Object> tree, String database) {
        if (!database.isEmpty()) {
            tree.put(DATABASE, database);
        }
    }
}
