package dev.flags.cli;

import dev.flags.json.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a JSON tree as YAML 1.2, block style. Every string that could be read as something else is double-quoted. */
final class Yaml {
    private static final String PLAIN_MARKS = "_-./";
    private final StringBuilder out = new StringBuilder();

    private Yaml() {}

    static String write(Object tree) {
        Yaml yaml = new Yaml();
        yaml.block(tree, 0, true);
        return yaml.out.toString();
    }

    /** Writes a value that begins where the cursor stands: after "key:" or "-", or at the start of the document. */
    private void block(@Nullable Object value, int indent, boolean fresh) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            boolean first = fresh;
            if (!fresh) {
                out.append('\n');
            }
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!first) {
                    out.append("  ".repeat(indent));
                }
                first = false;
                out.append(scalar(String.valueOf(entry.getKey()))).append(':');
                nested(entry.getValue(), indent + 1);
            }
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            boolean first = fresh;
            if (!fresh) {
                out.append('\n');
            }
            for (Object item : list) {
                if (!first) {
                    out.append("  ".repeat(indent));
                }
                first = false;
                out.append("- ");
                block(item, indent + 1, true);
            }
        } else {
            out.append(scalar(value)).append('\n');
        }
    }

    private void nested(@Nullable Object value, int indent) {
        boolean collection = (value instanceof Map<?, ?> map && !map.isEmpty())
                || (value instanceof List<?> list && !list.isEmpty());
        if (!collection) {
            out.append(' ');
        }
        block(value, indent, false);
    }

    private static String scalar(@Nullable Object value) {
        if (value instanceof String text) {
            return isPlain(text) ? text : Json.write(text);
        }
        return Json.write(value); // null, true, numbers, {} and [] are written alike
    }

    /** Letters, digits and a few marks, beginning with a letter, and not one of the words that YAML readers take for others. */
    private static boolean isPlain(String text) {
        if (text.isEmpty() || text.length() > 200 || !isLetter(text.charAt(0))) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean innerBlank = c == ' ' && i < text.length() - 1;
            if (!isLetter(c) && !(c >= '0' && c <= '9') && PLAIN_MARKS.indexOf(c) < 0 && !innerBlank) {
                return false;
            }
        }
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "false", "yes", "no", "on", "off", "y", "n", "null" -> false;
            default -> true;
        };
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
