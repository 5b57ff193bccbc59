package dev.flags.env;

import dev.flags.model.Problem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@code .env} file: lines of {@code NAME=value}, optionally after {@code export}; {@code #} begins a comment at the start of a
 * line or after white space; values may stand in single quotes (as they are) or double quotes (with {@code \n}, {@code \"} and
 * {@code \\}). Variables are not expanded. Problems name the line and never show its text.
 *
 * @param variables by name; the last line of a name counts
 * @param problems lines that are no variable
 */
record DotEnvFile(Map<String, String> variables, List<Problem> problems) {

    static DotEnvFile read(Path file) {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> variables = new LinkedHashMap<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!parseLine(line.strip(), variables)) {
                    problems.add(new Problem(
                            file + ":" + number, "is not NAME=value with quotes that are closed; the line is ignored"));
                }
            }
        } catch (NoSuchFileException e) {
            return new DotEnvFile(Map.of(), List.of());
        } catch (MalformedInputException e) {
            problems.add(new Problem(file.toString(), "is not UTF-8 text; the file is ignored"));
        } catch (IOException e) {
            problems.add(new Problem(
                    file.toString(), "cannot be read: " + e.getClass().getSimpleName()));
        }
        return new DotEnvFile(variables, problems);
    }

    /** False when the line is malformed. */
    private static boolean parseLine(String line, Map<String, String> into) {
        if (line.isEmpty() || line.startsWith("#")) {
            return true;
        }
        String assignment =
                line.startsWith("export ") ? line.substring("export ".length()).strip() : line;
        int equals = assignment.indexOf('=');
        if (equals < 1) {
            return false;
        }
        String name = assignment.substring(0, equals).strip();
        if (!name.chars()
                .allMatch(c -> c == '_' || c == '.' || c == '-' || (c < 128 && Character.isLetterOrDigit(c)))) {
            return false;
        }
        String rest = assignment.substring(equals + 1).strip();
        char first = rest.isEmpty() ? ' ' : rest.charAt(0);
        if (first == '"' || first == '\'') {
            StringBuilder value = new StringBuilder();
            int end = quoted(rest, first, value);
            String after = end < 0 ? "" : rest.substring(end + 1).strip();
            if (end < 0 || (!after.isEmpty() && !after.startsWith("#"))) {
                return false;
            }
            into.put(name, value.toString());
        } else {
            into.put(name, withoutComment(rest));
        }
        return true;
    }

    /** Unquotes into {@code value}; returns the index of the closing quote, or -1 when there is none. */
    private static int quoted(String text, char quote, StringBuilder value) {
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == quote) {
                return i;
            }
            if (c == '\\' && quote == '"' && i + 1 < text.length()) {
                i++;
                value.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                value.append(c);
            }
        }
        return -1;
    }

    private static String withoutComment(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '#' && (i == 0 || Character.isWhitespace(value.charAt(i - 1)))) {
                return value.substring(0, i).strip();
            }
        }
        return value;
    }
}
