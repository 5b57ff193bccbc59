package dev.flags.rollout.evidence;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * That others have taken the place of instances that went, as in a deployment: from then on as many must report as did before the new
 * ones came. Immutable.
 *
 * @param since the window in which it was noticed
 * @param were how many there had been before
 */
record Replacement(long since, int were) {
    /** No such thing was noticed. */
    static final Replacement NONE = new Replacement(Long.MIN_VALUE, 0);

    boolean isThere() {
        return were > 0;
    }

    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("since", since);
        tree.put("were", were);
        return tree;
    }

    static Replacement read(Tree tree) {
        return new Replacement(tree.number("since"), Math.toIntExact(tree.count("were", Fleet.MOST)));
    }
}
