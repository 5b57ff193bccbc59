package dev.flags.model;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of one document under one path. Not thread-safe; confine it to one thread. */
final class Problems {
    private final String path;
    private final List<Problem> found;

    Problems(String path) {
        this(path, new ArrayList<>());
    }

    private Problems(String path, List<Problem> found) {
        this.path = path;
        this.found = found;
    }

    /** The same collection, one name or index further down. */
    Problems at(String name) {
        return new Problems(path + pointer(name), found);
    }

    /** The same collection, one index further down. */
    Problems at(int index) {
        return new Problems(path + "/" + index, found);
    }

    void add(String message) {
        found.add(new Problem(path, message));
    }

    void addAll(List<Problem> others) {
        found.addAll(others);
    }

    String path() {
        return path;
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    int count() {
        return found.size();
    }

    List<Problem> all() {
        return List.copyOf(found);
    }

    /** Throws all of them, if any. */
    void require() {
        if (!found.isEmpty()) {
            throw new InvalidFlagException(found);
        }
    }

    /** One reference token of a JSON pointer (RFC 6901). */
    static String pointer(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
