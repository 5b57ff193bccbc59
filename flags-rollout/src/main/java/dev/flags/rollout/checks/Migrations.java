package dev.flags.rollout.checks;

import dev.flags.rollout.Precondition.Migration;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a migration was applied, with success, by the history that its tool keeps. Safe for use by multiple threads. */
final class Migrations {
    /** More than any project has; a history is read whole, because versions are compared as Flyway does. */
    private static final int MOST = 100_000;

    private static final Pattern VERSION = Pattern.compile("\\s*[Vv]?([0-9]{1,50}([._][0-9]{1,50}){0,50})\\s*");

    private Migrations() {}

    static Checks.Answer check(Reading reading, Database database, Migration wanted)
            throws SQLException, NotAnsweredException {
        return switch (wanted.tool()) {
            case FLYWAY -> flyway(reading, database, wanted);
            case LIQUIBASE -> liquibase(reading, database, wanted);
        };
    }

    private static Checks.Answer flyway(Reading reading, Database database, Migration wanted)
            throws SQLException, NotAnsweredException {
        if (!VERSION.matcher(wanted.version()).matches()) {
            throw new NotAnsweredException(
                    "'" + Plain.line(wanted.version(), 100) + "' is not a version of Flyway's, such as 42 or 2.1");
        }
        List<List<@Nullable Object>> history = history(
                reading,
                database.flywayTable(),
                "Flyway",
                "flywayTable",
                "SELECT version, success, type FROM %s WHERE version IS NOT NULL ORDER BY installed_rank");
        String newest = "";
        String verdict = "is not applied";
        for (List<@Nullable Object> row : history) {
            String version = String.valueOf(row.get(0));
            String type = String.valueOf(row.get(2)).toUpperCase(Locale.ROOT);
            boolean undone = type.startsWith("UNDO") || type.equals("DELETE");
            int order = compare(version, wanted.version());
            if (type.equals("BASELINE") && order >= 0) {
                verdict = ""; // Flyway takes it, and all before it, for there
            } else if (order == 0) {
                verdict = undone ? "was undone" : isTrue(row.get(1)) ? "" : "failed";
            }
            if (!undone && isTrue(row.get(1)) && (newest.isEmpty() || compare(version, newest) > 0)) {
                newest = version;
            }
        }
        return answer(
                reading, wanted, verdict, newest.isEmpty() ? "nothing is" : "the newest that is applied is " + newest);
    }

    private static Checks.Answer liquibase(Reading reading, Database database, Migration wanted)
            throws SQLException, NotAnsweredException {
        // Liquibase's own way to name a change set in full: path::id::author
        String[] parts = wanted.version().split("::", -1);
        String id = parts.length == 3 ? parts[1] : wanted.version();
        List<List<@Nullable Object>> history = history(
                reading,
                database.liquibaseTable(),
                "Liquibase",
                "liquibaseTable",
                "SELECT FILENAME, AUTHOR, EXECTYPE FROM %s WHERE ID = ? ORDER BY ORDEREXECUTED",
                id);
        String verdict = "is not applied";
        for (List<@Nullable Object> row : history) {
            boolean meant = parts.length != 3
                    || (parts[0].equals(String.valueOf(row.get(0))) && parts[2].equals(String.valueOf(row.get(1))));
            if (meant) {
                String type = String.valueOf(row.get(2)).toUpperCase(Locale.ROOT);
                verdict = type.equals("FAILED") ? "failed" : type.equals("SKIPPED") ? "was skipped" : "";
            }
        }
        return answer(reading, wanted, verdict, "");
    }

    private static List<List<@Nullable Object>> history(
            Reading reading, String table, String tool, String setting, String sql, Object... parameters)
            throws SQLException, NotAnsweredException {
        String name = SqlName.parse(table, 2).sql(reading.dialect());
        try {
            return reading.rows(MOST, String.format(Locale.ROOT, sql, name), parameters);
        } catch (SQLException e) {
            String state = e.getSQLState() == null ? "" : e.getSQLState();
            if (state.equals("42P01")
                    || state.equals("42S02")
                    || String.valueOf(e.getMessage()).contains("no such table")) {
                throw new NotAnsweredException(
                        reading.place("") + " has no table " + Plain.line(table) + ": " + tool
                                + " has not run there, or " + setting + " of the controller's configuration is another",
                        e);
            }
            throw e;
        }
    }

    private static Checks.Answer answer(Reading reading, Migration wanted, String verdict, String more) {
        if (verdict.isEmpty()) {
            return Checks.Answer.PASSED;
        }
        return new Checks.Answer(
                false,
                Plain.line(wanted.name()) + " " + verdict + " in " + reading.place(more) + ": "
                        + (verdict.equals("failed") ? "repair it and apply it again" : "apply it first"));
    }

    private static boolean isTrue(@Nullable Object value) {
        return value instanceof Boolean truth ? truth : value instanceof Number number && number.intValue() != 0;
    }

    /** As Flyway compares versions: part by part, 1.0 and 001 are 1. */
    static int compare(String one, String other) {
        List<BigInteger> a = parts(one);
        List<BigInteger> b = parts(other);
        for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
            int order = part(a, i).compareTo(part(b, i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static BigInteger part(List<BigInteger> parts, int i) {
        return i < parts.size() ? parts.get(i) : BigInteger.ZERO;
    }

    private static List<BigInteger> parts(String version) {
        List<BigInteger> parts = new ArrayList<>();
        Matcher matcher = VERSION.matcher(version);
        if (matcher.matches()) {
            for (String part : matcher.group(1).split("[._]", -1)) {
                parts.add(new BigInteger(part));
            }
        }
        return parts;
    }
}
