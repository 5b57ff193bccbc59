package dev.flags.rollout;

import java.util.Locale;

/**
 * What must be so before a rollout starts, and before each raise. It is looked at on every tick; one that fails only stops raises.
 * Names of databases, queries and endpoints are those of the controller's own configuration. Immutable.
 */
public sealed interface Precondition {
    /** Says what it asks for, for messages: {@code function create_project_atomic}. Unique in its plan. */
    String name();

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
    }

    /** A query of the controller's configuration gives true. */
    record QueryIsTrue(String query) implements Precondition {
        @Override
        public String name() {
            return "query " + query;
        }
    }

    /** An HTTP endpoint of the controller's configuration answers well (2xx). */
    record Healthy(String endpoint) implements Precondition {
        @Override
        public String name() {
            return "endpoint " + endpoint;
        }
    }

    /** Another flag of the environment is on for everybody, or is off or killed. */
    record FlagIs(String flag, boolean on) implements Precondition {
        @Override
        public String name() {
            return "flag " + flag + (on ? " on" : " off");
        }
    }
}
