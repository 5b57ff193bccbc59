package dev.flags.rollout.checks;

import dev.flags.rollout.Precondition;
import java.util.OptionalDouble;

/**
 * Looks at what is outside the store. Calls block for as long as their own time-outs allow, so they are made on threads that may
 * wait. None throws: what goes wrong is an answer. Safe for use by multiple threads.
 */
public interface Checks {

    /** Whether it is so now. */
    Answer check(Precondition precondition);

    /**
     * Measures what the configuration has under this name.
     *
     * @return a value, or why there is none
     */
    Measurement measure(String name);

    /**
     * Whether the configuration has the database, query or endpoint that this names; else why not, for whoever starts a rollout. Looks
     * at nothing outside.
     */
    Answer knows(Precondition precondition);

    /** The same of a measurement. */
    Answer knowsMeasurement(String name);

    /**
     * An answer.
     *
     * @param passed whether it is so
     * @param why when it is not, or could not be found out: a sentence that names it
     */
    record Answer(boolean passed, String why) {
        /** It is so. */
        public static final Answer PASSED = new Answer(true, "");
    }

    /**
     * A number, or why there is none.
     *
     * @param value empty when it could not be measured
     * @param problem why not
     */
    record Measurement(OptionalDouble value, String problem) {}
}
