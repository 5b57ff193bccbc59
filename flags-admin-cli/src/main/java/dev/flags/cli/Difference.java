package dev.flags.cli;

import dev.flags.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What differs between two JSON values, leaf by leaf, each with its JSON pointer. */
final class Difference {
    /**
     * One leaf.
     *
     * @param path a JSON pointer
     * @param before null where it was not there
     * @param after null where it is no longer there
     */
    record Change(
            String path, @Nullable Object before, @Nullable Object after) {
        Map<String, Object> tree() {
            return new Tree()
                    .put("path", path)
                    .put("before", before)
                    .put("after", after)
                    .map();
        }
    }

    private final List<Change> changes = new ArrayList<>();

    private Difference() {}

    static List<Change> between(@Nullable Object before, @Nullable Object after) {
        Difference difference = new Difference();
        difference.compare("", before, after);
        return difference.changes;
    }

    private void compare(String path, @Nullable Object before, @Nullable Object after) {
        if (Objects.equals(before, after)) {
            return;
        }
        boolean beforeMap = before instanceof Map<?, ?>;
        boolean afterMap = after instanceof Map<?, ?>;
        if ((beforeMap || before == null) && (afterMap || after == null)) {
            Map<?, ?> left = before instanceof Map<?, ?> map ? map : Map.of();
            Map<?, ?> right = after instanceof Map<?, ?> map ? map : Map.of();
            Set<Object> names = new LinkedHashSet<>(left.keySet());
            names.addAll(right.keySet());
            if (!names.isEmpty()) {
                for (Object name : names) {
                    String escaped = String.valueOf(name).replace("~", "~0").replace("/", "~1");
                    compare(path + "/" + escaped, left.get(name), right.get(name));
                }
                return;
            }
        }
        // lists are compared whole: an index says little once an element was inserted
        changes.add(new Change(path, before, after));
    }

    /** For a person, one line a leaf: {@code percentage: 10 → 50}. */
    static String text(List<Change> changes, Safe safe) {
        StringBuilder text = new StringBuilder();
        String arrow = safe.unicode() ? " → " : " -> ";
        for (Change change : changes) {
            String name = change.path().isEmpty() ? "(all)" : change.path().substring(1);
            text.append("  ").append(safe.line(name)).append(": ");
            if (change.before() == null) {
                text.append("+ ").append(value(change.after(), safe));
            } else if (change.after() == null) {
                text.append("- ").append(value(change.before(), safe));
            } else {
                text.append(value(change.before(), safe)).append(arrow).append(value(change.after(), safe));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String value(@Nullable Object value, Safe safe) {
        return safe.line(safe.json(Json.write(value)));
    }
}
