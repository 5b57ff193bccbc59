package dev.flags.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which known name a misspelt one was probably meant to be. */
final class NearestName {
    private static final int MOST_EDITS = 2;

    private NearestName() {}

    /** The nearest by letters inserted, removed, changed or swapped; empty when none is within two, and less than half of the name. */
    static Optional<String> of(String name, Collection<String> known) {
        String said = plain(name);
        return known.stream()
                .filter(candidate ->
                        edits(said, plain(candidate)) <= Math.min(MOST_EDITS, (candidate.length() - 1) / 2))
                .min(Comparator.comparingInt(candidate -> edits(said, plain(candidate))));
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /** Restricted Damerau–Levenshtein distance; more than can matter where the lengths differ too much. */
    private static int edits(String from, String to) {
        if (Math.abs(from.length() - to.length()) > MOST_EDITS) {
            return MOST_EDITS + 1;
        }
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                boolean same = from.charAt(i - 1) == to.charAt(j - 1);
                int least = Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (same ? 0 : 1));
                boolean swapped = i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
            }
        }
        return cost[from.length()][to.length()];
    }
}
