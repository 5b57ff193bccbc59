package dev.flags.rollout;

import dev.flags.model.FlagKeys;
import dev.flags.model.FlagState;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * What must be so before a rollout starts, and before each raise. It is looked at on every tick; one that fails only stops raises.
 * Names of databases, queries and endpoints are those of the controller's own configuration. Immutable.
 */
public sealed interface Precondition {
    /** Says what it asks for, for messages: {@code function create_project_atomic}. Unique in its plan. */
    String name();

    /** What is wrong with it, if anything; a sentence without its subject. */
    Optional<String> problem();

    /** What a database has. */
    enum Kind {
        FUNCTION,
        TABLE,
        COLUMN
    }

    /**
     * Something exists in a database.
     *
     * @param object as in SQL, optionally with a schema; a column as {@code table.column}
     * @param database its name in the controller's configuration; empty: the store's own database
     */
    record DatabaseObject(Kind kind, String object, String database) implements Precondition {
        @Override
        public String name() {
            return kind.name().toLowerCase(Locale.ROOT) + " " + object;
        }

        @Override
        public Optional<String> problem() {
            if (kind == Kind.COLUMN && object.indexOf('.') <= 0) {
                return Optional.of("names a column without its table; say table.column");
            }
            return text("the name", object).or(() -> Precondition.databaseNamed(database));
        }
    }

    /** Whose history of migrations. */
    enum MigrationTool {
        FLYWAY,
        LIQUIBASE
    }

    /**
     * A migration was applied, with success.
     *
     * @param version Flyway's version, or Liquibase's id of a change set
     */
    record Migration(MigrationTool tool, String version, String database) implements Precondition {
        @Override
        public String name() {
            return tool.name().toLowerCase(Locale.ROOT) + " migration " + version;
        }

        @Override
        public Optional<String> problem() {
            return text(tool == MigrationTool.FLYWAY ? "the version" : "the id", version)
                    .or(() -> Precondition.databaseNamed(database));
        }
    }

    /** A query of the controller's configuration gives true. */
    record QueryIsTrue(String query) implements Precondition {
        @Override
        public String name() {
            return "query " + query;
        }

        @Override
        public Optional<String> problem() {
            return named("the query's name ", query);
        }
    }

    /** An HTTP endpoint of the controller's configuration answers well (2xx). */
    record Healthy(String endpoint) implements Precondition {
        @Override
        public String name() {
            return "endpoint " + endpoint;
        }

        @Override
        public Optional<String> problem() {
            return named("the endpoint's name ", endpoint);
        }
    }

    /** Another flag of the environment is on for everybody, or off for everybody. */
    record FlagIs(String flag, boolean on) implements Precondition {
        /**
         * Why it is not so, as a sentence; empty when it is.
         *
         * @param flags the environment's, by key; {@link FlagState#absent} for one that is not there
         */
        public Optional<String> unmet(Function<String, FlagState> flags) {
            return new ForEverybody(flags).unmet(this);
        }

        @Override
        public String name() {
            return "flag " + flag + (on ? " on" : " off");
        }

        @Override
        public Optional<String> problem() {
            return named("the flag's key ", flag);
        }
    }

    private static Optional<String> text(String what, String text) {
        boolean printable = text.chars().allMatch(c -> c >= ' ' && c != 0x7f);
        return text.isBlank() || text.length() > 200 || !printable
                ? Optional.of(what + " must be 1 to 200 characters, none of them a control character")
                : Optional.empty();
    }

    private static Optional<String> databaseNamed(String name) {
        return name.isEmpty() ? Optional.empty() : named("the database's name ", name);
    }

    private static Optional<String> named(String what, String name) {
        return FlagKeys.problemWith(name).map(problem -> what + problem);
    }
}
