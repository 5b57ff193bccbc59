package dev.flags.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object being put together, in order. */
final class Tree {
    private final Map<String, Object> fields = new LinkedHashMap<>();

    /** An object of the versioned output format. */
    static Tree versioned() {
        return new Tree().put("apiVersion", 1L);
    }

    Tree put(String name, @Nullable Object value) {
        fields.put(name, value);
        return this;
    }

    /** A list of names. */
    Tree put(String name, Iterable<String> values) {
        List<Object> list = new ArrayList<>();
        values.forEach(list::add);
        fields.put(name, list);
        return this;
    }

    Tree putIf(boolean wanted, String name, @Nullable Object value) {
        return wanted ? put(name, value) : this;
    }

    Tree putAll(Map<String, Object> others) {
        fields.putAll(others);
        return this;
    }

    Map<String, Object> map() {
        return fields;
    }
}
