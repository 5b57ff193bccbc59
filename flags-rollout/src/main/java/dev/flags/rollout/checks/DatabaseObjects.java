package dev.flags.rollout.checks;

import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.Kind;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether a function, table or column is there. Each query gives (schema, name, whether it is found without its schema) of all that
 * bear the name in whatever case, so that a message can say where there is one. Safe for use by multiple threads.
 */
final class DatabaseObjects {
    private static final int MOST = 50;

    private static final String POSTGRESQL_FUNCTION = """
            SELECT DISTINCT n.nspname, p.proname, n.nspname = ANY (current_schemas(true))
            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE lower(p.proname) = lower(?)""";

    private static final String POSTGRESQL_TABLE = """
            SELECT n.nspname, c.relname, n.nspname = ANY (current_schemas(true))
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE lower(c.relname) = lower(?) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""";

    /** Of one table, which was found before. */
    private static final String POSTGRESQL_COLUMN = """
            SELECT n.nspname, a.attname, true
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE lower(a.attname) = lower(?) AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ? AND c.relname = ?
            AND c.relkind IN ('r', 'p', 'v', 'm', 'f')""";

    private static final String MYSQL_FUNCTION = """
            SELECT routine_schema, routine_name, routine_schema = DATABASE()
            FROM information_schema.routines WHERE routine_name = ?""";

    private static final String MYSQL_TABLE = """
            SELECT table_schema, table_name, table_schema = DATABASE()
            FROM information_schema.tables WHERE table_name = ?""";

    private static final String MYSQL_COLUMN = """
            SELECT table_schema, column_name, 1
            FROM information_schema.columns WHERE column_name = ? AND table_schema = ? AND table_name = ?""";

    private static final String SQLITE_TABLE =
            "SELECT schema, name, 1 FROM pragma_table_list WHERE name = ? COLLATE NOCASE";

    private static final String SQLITE_COLUMN =
            "SELECT 'main', name, 1 FROM pragma_table_xinfo(?2, ?3) WHERE name = ?1 COLLATE NOCASE";

    private final Reading reading;
    private final DatabaseObject wanted;

    /** Whether tables with names that differ in case only are different ones. */
    private final boolean caseOfTablesCounts;

    private DatabaseObjects(Reading reading, DatabaseObject wanted) throws SQLException {
        this.reading = reading;
        this.wanted = wanted;
        this.caseOfTablesCounts = reading.dialect() == Dialect.MYSQL
                && isOne(first(reading.rows(1, "SELECT @@lower_case_table_names = 0")));
    }

    static Checks.Answer check(Reading reading, DatabaseObject wanted) throws SQLException, NotAnsweredException {
        return new DatabaseObjects(reading, wanted).check();
    }

    /**
     * What is there.
     *
     * @param visible whether its name alone finds it
     */
    private record Found(String schema, String name, boolean visible) {}

    private List<Found> named(String sql, Object... parameters) throws SQLException {
        return reading.rows(MOST, sql, parameters).stream()
                .map(row -> new Found(String.valueOf(row.get(0)), String.valueOf(row.get(1)), isOne(row.get(2))))
                .toList();
    }

    private static @Nullable Object first(List<List<@Nullable Object>> rows) {
        return rows.isEmpty() ? null : rows.get(0).get(0);
    }

    private static boolean isOne(@Nullable Object value) {
        return value instanceof Boolean truth ? truth : value instanceof Number number && number.intValue() == 1;
    }

    private Checks.Answer check() throws SQLException, NotAnsweredException {
        if (reading.dialect() == Dialect.OTHER) {
            throw new NotAnsweredException(reading.place("")
                    + " is neither PostgreSQL, MySQL, MariaDB nor SQLite; ask for " + wanted.name()
                    + " by a query of the controller's configuration");
        }
        return switch (wanted.kind()) {
            case FUNCTION -> function();
            case TABLE -> found(SqlName.parse(wanted.object(), 2), tables(SqlName.parse(wanted.object(), 2)));
            case COLUMN -> column();
        };
    }

    private Checks.Answer function() throws SQLException, NotAnsweredException {
        int arguments = wanted.object().indexOf('(');
        String name = arguments < 0 ? wanted.object() : wanted.object().substring(0, arguments);
        return switch (reading.dialect()) {
            case POSTGRESQL -> {
                if (arguments >= 0) {
                    // the database's own way to read a signature: the search path, quotes, names of types
                    Object there = first(reading.rows(1, "SELECT to_regprocedure(?) IS NOT NULL", wanted.object()));
                    yield Boolean.TRUE.equals(there) ? Checks.Answer.PASSED : missing(List.of());
                }
                SqlName parsed = SqlName.parse(name, 2);
                yield found(parsed, named(POSTGRESQL_FUNCTION, parsed.last().text()));
            }
            case MYSQL -> {
                SqlName parsed = SqlName.parse(name.strip(), 2);
                yield found(parsed, named(MYSQL_FUNCTION, parsed.last().text()));
            }
            default ->
                throw new NotAnsweredException(reading.place("")
                        + " cannot be asked for functions: in SQLite they belong to each program, not to the database");
        };
    }

    private List<Found> tables(SqlName table) throws SQLException {
        return named(
                switch (reading.dialect()) {
                    case POSTGRESQL -> POSTGRESQL_TABLE;
                    case MYSQL -> MYSQL_TABLE;
                    default -> SQLITE_TABLE;
                },
                table.last().text());
    }

    private Checks.Answer column() throws SQLException, NotAnsweredException {
        SqlName name = SqlName.parse(wanted.object(), 3);
        if (name.parts().size() < 2) {
            throw new NotAnsweredException(
                    "column " + Plain.line(wanted.object()) + " needs its table: write table.column");
        }
        SqlName table = name.owner();
        List<Found> tables = tables(table);
        Optional<Found> in =
                tables.stream().filter(there -> matches(table, there)).findFirst();
        if (in.isEmpty()) {
            Checks.Answer answer = missing(tables);
            return new Checks.Answer(false, answer.why() + "; nor is its table");
        }
        String sql = switch (reading.dialect()) {
            case POSTGRESQL -> POSTGRESQL_COLUMN;
            case MYSQL -> MYSQL_COLUMN;
            default -> SQLITE_COLUMN;
        };
        boolean sqlite = reading.dialect() == Dialect.SQLITE;
        Found owner = in.get();
        List<Found> columns = named(
                sql,
                name.last().text(),
                sqlite ? owner.name() : owner.schema(),
                sqlite ? owner.schema() : owner.name());
        boolean there = columns.stream().anyMatch(column -> sameName(name.last(), column.name(), true));
        return there ? Checks.Answer.PASSED : missing(columns);
    }

    private Checks.Answer found(SqlName name, List<Found> candidates) throws SQLException {
        return candidates.stream().anyMatch(there -> matches(name, there)) ? Checks.Answer.PASSED : missing(candidates);
    }

    private boolean matches(SqlName name, Found there) {
        boolean inSchema = name.schema()
                .map(schema -> sameName(schema, there.schema(), reading.dialect() == Dialect.SQLITE))
                .orElse(there.visible());
        // MySQL compares the names of routines without case, and has done so in the query already
        return inSchema && sameName(name.last(), there.name(), wanted.kind() == Kind.FUNCTION);
    }

    /** PostgreSQL folds what is not quoted; MySQL's tables are files, whose case may count; the rest is without case. */
    private boolean sameName(SqlName.Part name, String there, boolean withoutCase) {
        return switch (reading.dialect()) {
            case POSTGRESQL -> name.folded().equals(there);
            case MYSQL ->
                (withoutCase || !caseOfTablesCounts)
                        ? name.text().equalsIgnoreCase(there)
                        : name.text().equals(there);
            default -> name.text().equalsIgnoreCase(there);
        };
    }

    private Checks.Answer missing(List<Found> others) throws SQLException {
        String hint = others.stream()
                .limit(3)
                .map(other -> other.schema() + "." + other.name())
                .collect(Collectors.joining(", "));
        return new Checks.Answer(
                false,
                Plain.line(wanted.name()) + " is not there in " + reading.place(where())
                        + (hint.isEmpty() ? "" : "; there is " + Plain.line(hint))
                        + ": apply its migration first"
                        + (reading.dialect() == Dialect.MYSQL
                                ? ", or let this login see it, since MySQL and MariaDB show only what one may use"
                                : ""));
    }

    /** Where a name without a schema is looked for. */
    private String where() throws SQLException {
        return switch (reading.dialect()) {
            case POSTGRESQL ->
                "search path " + first(reading.rows(1, "SELECT array_to_string(current_schemas(false), ', ')"));
            case MYSQL -> "schema " + first(reading.rows(1, "SELECT coalesce(DATABASE(), 'none: name one')"));
            default -> "";
        };
    }
}
