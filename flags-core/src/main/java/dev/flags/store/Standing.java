package dev.flags.store;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** How a state that was loaded from a store stands to what was known of that store before. */
sealed interface Standing {

    /** The same history, as far on or further; or nothing was known. */
    record Following() implements Standing {}

    /** Another history, and somebody has put the flags back into it. */
    record Restored() implements Standing {}

    /**
     * Not to be believed: emptied, replaced, or not whole.
     *
     * @param why in a few words
     */
    record Wiped(String why) implements Standing {
        static Wiped without(Set<String> flags) {
            return new Wiped("flags are missing: " + some(flags));
        }
    }

    /**
     * The same history without commits that were seen.
     *
     * @param lastCommon the last revision seen that the store has, too; empty when it lies further back than is remembered
     */
    record Rewound(OptionalLong lastCommon) implements Standing {}

    /** The first of many keys, for a message. */
    static String some(Set<String> keys) {
        List<String> first = keys.stream().limit(20).toList();
        return String.join(", ", first)
                + (keys.size() > first.size() ? " and " + (keys.size() - first.size()) + " more" : "");
    }
}
