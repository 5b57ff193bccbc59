package dev.flags.rollout;

import dev.flags.model.Problem;
import java.util.IdentityHashMap;

/**
 * Where the parts of a plan come from, for messages: in a document by pointer, on a command line and in Java by number or name. Not
 * thread-safe; confine it to one thread.
 */
final class PlanPlaces {
    private final String prefix;
    private final IdentityHashMap<Object, String> known = new IdentityHashMap<>();

    /** Of a plan that no document holds. */
    PlanPlaces() {
        this("");
    }

    /** Of a document. */
    PlanPlaces(String prefix) {
        this.prefix = prefix;
    }

    void put(Object part, String path) {
        known.put(part, path);
    }

    /** That a part stands where the one did that it is made of. */
    <T> T moved(T from, T to) {
        String path = known.get(from);
        if (path != null) {
            known.put(to, path);
        }
        return to;
    }

    /** The part's own place, or the one it has by its number or name. */
    Problem problem(Object part, String list, Object numberOrName, String message) {
        return new Problem(known.getOrDefault(part, prefix + list + "/" + numberOrName), message);
    }

    Problem problem(String field, String message) {
        return new Problem(prefix + field, message);
    }
}
