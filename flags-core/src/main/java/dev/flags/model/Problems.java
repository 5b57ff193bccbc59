package dev.flags.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the problems of one document under one path. A path is put together only when there is a problem, because a file
 * has a hundred thousand places and usually none. Not thread-safe; confine it to one thread.
 */
public final class Problems {
    private final @Nullable Problems parent;
    private final String token;
    private final int index;
    private final List<Problem> found;

    public Problems(String path) {
        this(null, path, -1, new ArrayList<>());
    }

    private Problems(@Nullable Problems parent, String token, int index, List<Problem> found) {
        this.parent = parent;
        this.token = token;
        this.index = index;
        this.found = found;
    }

    /** The same collection, one name further down. */
    public Problems at(String name) {
        return new Problems(this, name, -1, found);
    }

    /** The same collection, one index further down. */
    public Problems at(int position) {
        return new Problems(this, "", position, found);
    }

    public void add(String message) {
        found.add(new Problem(path(), message));
    }

    public String path() {
        if (parent == null) {
            return token;
        }
        return parent.path() + (index < 0 ? pointer(token) : "/" + index);
    }

    public int count() {
        return found.size();
    }

    public List<Problem> all() {
        return List.copyOf(found);
    }

    /** Throws all of them, if any. */
    public void require() {
        if (!found.isEmpty()) {
            throw new InvalidFlagException(found);
        }
    }

    /** One reference token of a JSON pointer (RFC 6901). */
    public static String pointer(String name) {
        return "/" + name.replace("~", "~0").replace("/", "~1");
    }
}
