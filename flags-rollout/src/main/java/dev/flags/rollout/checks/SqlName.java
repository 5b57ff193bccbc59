package dev.flags.rollout.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A name as in SQL, in its parts: {@code orders.create_project}, {@code "Orders"."createProject"}. Immutable.
 *
 * @param parts the last is the object's own name
 */
record SqlName(List<Part> parts) {
    /**
     * One part.
     *
     * @param text without its quotes
     * @param quoted whether it had some, so that its case counts
     */
    record Part(String text, boolean quoted) {
        /** As PostgreSQL keeps it. */
        String folded() {
            return quoted ? text : text.toLowerCase(Locale.ROOT);
        }
    }

    SqlName {
        parts = List.copyOf(parts);
    }

    /**
     * Reads a name.
     *
     * @param most how many parts it may have
     * @throws NotAnsweredException when it is no name
     */
    static SqlName parse(String text, int most) throws NotAnsweredException {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        do {
            boolean quoted = at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '`');
            int end = quoted ? closing(text, at) : dot(text, at);
            if (end < 0 || (quoted && end + 1 < text.length() && text.charAt(end + 1) != '.')) {
                throw invalid(text);
            }
            String part =
                    quoted ? unquoted(text, at, end) : text.substring(at, end).strip();
            if (part.isEmpty() || part.indexOf('\0') >= 0) {
                throw invalid(text);
            }
            parts.add(new Part(part, quoted));
            at = quoted ? end + 2 : end + 1;
        } while (at <= text.length());
        if (parts.size() > most) {
            throw invalid(text);
        }
        return new SqlName(parts);
    }

    private static int dot(String text, int from) {
        int dot = text.indexOf('.', from);
        return dot < 0 ? text.length() : dot;
    }

    /** The closing quote; a doubled one stands for itself. */
    private static int closing(String text, int from) {
        char quote = text.charAt(from);
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) == quote) {
                if (i + 1 < text.length() && text.charAt(i + 1) == quote) {
                    i++;
                } else {
                    return i;
                }
            }
        }
        return -1;
    }

    private static String unquoted(String text, int from, int end) {
        String quote = text.substring(from, from + 1);
        return text.substring(from + 1, end).replace(quote + quote, quote);
    }

    private static NotAnsweredException invalid(String text) {
        return new NotAnsweredException(
                "'" + Plain.line(text) + "' is not a name in SQL, such as create_project or orders.create_project");
    }

    Part last() {
        return parts.get(parts.size() - 1);
    }

    /** The part before the last. */
    Optional<Part> schema() {
        return parts.size() < 2 ? Optional.empty() : Optional.of(parts.get(parts.size() - 2));
    }

    /** A column's name without the column. */
    SqlName owner() {
        return new SqlName(parts.subList(0, parts.size() - 1));
    }

    /** To stand in a statement: what was quoted, or is no plain word, is quoted. */
    String sql(Dialect dialect) {
        String quote = dialect == Dialect.MYSQL ? "`" : "\"";
        return parts.stream()
                .map(part -> !part.quoted() && part.text().matches("[A-Za-z_][A-Za-z0-9_]*")
                        ? part.text()
                        : quote + part.text().replace(quote, quote + quote) + quote)
                .collect(Collectors.joining("."));
    }
}
