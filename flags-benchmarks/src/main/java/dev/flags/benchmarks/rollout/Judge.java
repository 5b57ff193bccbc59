package dev.flags.benchmarks.rollout;

import dev.flags.outcomes.OutcomeRow;
import java.util.List;

/** What looks at the rows of one run after each window, and may find the treatment worse. */
interface Judge {
    /**
     * Takes in what the processes wrote about a window.
     *
     * @return whether the rollout is to be rolled back
     */
    boolean look(int window, List<OutcomeRow> rows);
}
