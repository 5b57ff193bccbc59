package dev.flags.store;

import dev.flags.FlagsStatus.State;
import dev.flags.model.Problem;
import dev.flags.source.SourceListener;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one follower stands, and who was told: what the store holds is one thing (READY, WIPED, REWOUND), whether it answers
 * another. The listener hears of each change of state or reasons; logging a transition is its business. Not thread-safe; confine it to
 * one thread.
 */
final class FollowerStatus {
    private final Storage storage;
    private final SourceListener listener;

    private boolean loaded;
    private State condition = State.READY;
    private List<Problem> conditionProblems = List.of();
    private boolean away;
    private List<Problem> awayProblems = List.of();
    private @Nullable State announced;
    private List<Problem> announcedProblems = List.of();

    FollowerStatus(Storage storage, SourceListener listener) {
        this.storage = storage;
        this.listener = listener;
    }

    /** Something is served. */
    void loaded() {
        loaded = true;
    }

    /** What the store holds is what is served. */
    void good() {
        condition = State.READY;
        conditionProblems = List.of();
    }

    /** What the store holds is not to be believed as it is. */
    void bad(State worse, String why) {
        condition = worse;
        conditionProblems = List.of(problem(why));
    }

    boolean is(State held) {
        return condition == held;
    }

    void answers() {
        away = false;
        awayProblems = List.of();
    }

    /** The store does not answer. */
    void away(Problem... why) {
        away = true;
        awayProblems = List.of(why);
    }

    boolean isAway() {
        return away;
    }

    Problem problem(String message) {
        return new Problem(storage.location(), message);
    }

    State state() {
        if (!loaded) {
            return State.NOT_READY;
        }
        // states are declared from best to worst
        return away && condition.compareTo(State.STALE) < 0 ? State.STALE : condition;
    }

    /** Tells what was not told yet. Content that was handed on has told a first READY. */
    void announce() {
        State now = state();
        List<Problem> problems = new ArrayList<>(conditionProblems);
        problems.addAll(awayProblems);
        if (now == announced && problems.equals(announcedProblems)) {
            return;
        }
        boolean first = announced == null;
        announced = now;
        announcedProblems = List.copyOf(problems);
        if (now != State.READY) {
            listener.state(now, announcedProblems);
        } else if (!first) {
            listener.state(now, List.of());
        }
    }
}
