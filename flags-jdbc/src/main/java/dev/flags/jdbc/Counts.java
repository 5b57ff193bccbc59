package dev.flags.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How many rows of each kind an environment has. Immutable. */
record Counts(int flags, int kills, int rollouts, int segments) {
    static final Counts NONE = new Counts(0, 0, 0, 0);

    Counts plus(Counts more) {
        return new Counts(flags + more.flags, kills + more.kills, rollouts + more.rollouts, segments + more.segments);
    }

    /** What was committed, by these counts, and is not there; empty when nothing is missing. */
    Optional<String> missingFrom(Counts there) {
        List<String> missing = new ArrayList<>();
        compare("flags", flags, there.flags, missing);
        compare("kills", kills, there.kills, missing);
        compare("rollouts", rollouts, there.rollouts, missing);
        compare("segments", segments, there.segments, missing);
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", missing) + " are missing, which something other than flags removed");
    }

    private static void compare(String what, int committed, int there, List<String> missing) {
        if (there < committed) {
            missing.add((committed - there) + " of " + committed + " committed " + what);
        }
    }
}
