package dev.flags.rollout;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/** A rule that judges a rollout, and what is done when it is breached. Immutable. */
public sealed interface Guard {
    /** Unique in its plan. */
    String name();

    /** How bad a breach is. */
    Severity severity();

    /** What is done. */
    Action action();

    /** The same guard under another name. */
    Guard named(String other);

    /** As plans have it; {@link #parse} gives the same guard for it. */
    default String text() {
        return GuardText.of(this);
    }

    /**
     * Parses a guard such as {@code error-rate > 5% for 5m -> rollback}; without a name it gets one that says what it looks at.
     * docs/rollout-plans.md has the grammar.
     *
     * @throws dev.flags.model.InvalidFlagException when it is none; the message says at which character
     */
    static Guard parse(String text) {
        return GuardReader.guard(text).guard();
    }

    /** What a breach leads to. */
    enum Action {
        /** Straight to 0 %. */
        ROLL_BACK,
        /** Down the plan's levels, watching at each. */
        STEP_BACK,
        /** No higher, until it is healthy again. */
        HOLD,
        /** Nothing but telling. */
        NOTIFY;

        /** As plans have it. */
        public String text() {
            return this == ROLL_BACK
                    ? "rollback"
                    : name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Which calls are bad. */
    sealed interface Bad {
        /** Those that fail. */
        record Failed() implements Bad {}

        /** Those that take longer; "p95 &gt; 3 s" is "more than 5 % are slower than 3 s". */
        record SlowerThan(Duration bound) implements Bad {}
    }

    /** Whose calls. */
    enum Arm {
        TREATMENT,
        CONTROL
    }

    /**
     * A share of bad calls that is too high: {@code error-rate > 5% for 5m}.
     *
     * @param threshold the share, 0 to 1
     * @param sustain for so long; at least one window of outcomes
     * @param minimum at least so many calls in that time, else there is no data
     */
    record Rate(
            String name,
            Bad bad,
            Arm arm,
            double threshold,
            Duration sustain,
            int minimum,
            Severity severity,
            Action action)
            implements Guard {
        @Override
        public Guard named(String other) {
            return new Rate(other, bad, arm, threshold, sustain, minimum, severity, action);
        }
    }

    /** One failure with any of these codes is too many. */
    record CriticalCodes(String name, Set<String> codes, Severity severity, Action action) implements Guard {
        public CriticalCodes {
            codes = Set.copyOf(codes);
        }

        @Override
        public Guard named(String other) {
            return new CriticalCodes(other, codes, severity, action);
        }
    }

    /**
     * The treatment is worse than the control, by the rate-ratio test.
     *
     * @param latency users with a slow call are compared, by the bound that the run publishes; else users with a failed one
     * @param alpha the chance of a false alarm in the whole run, 0 to 1
     * @param margin how many times the control's rate is still good enough, at least 1
     */
    record Compared(String name, boolean latency, double alpha, double margin, Severity severity, Action action)
            implements Guard {
        @Override
        public Guard named(String other) {
            return new Compared(other, latency, alpha, margin, severity, action);
        }
    }

    /** The two arms have not the sizes that the percentage promises. */
    record SampleRatio(String name, double alpha, Severity severity, Action action) implements Guard {
        @Override
        public Guard named(String other) {
            return new SampleRatio(other, alpha, severity, action);
        }
    }

    /**
     * Fewer instances report than did: the new path may be killing its process. Held at first, then acted on.
     *
     * @param share of the instances that there were, which must go on reporting
     */
    record Survivors(String name, double share, Duration sustain, Severity severity, Action action) implements Guard {
        @Override
        public Guard named(String other) {
            return new Survivors(other, share, sustain, severity, action);
        }
    }

    /**
     * The breakers of too many instances are open.
     *
     * @param share of the instances
     */
    record Breakers(String name, double share, Severity severity, Action action) implements Guard {
        @Override
        public Guard named(String other) {
            return new Breakers(other, share, severity, action);
        }
    }

    /**
     * A number that the controller measures by what its own configuration has under this name: a SQL query or a PromQL expression.
     *
     * @param measurement the name
     * @param above whether values above the bound are a breach; else values below it
     * @param sustain for so long; zero: at once
     */
    record Measured(
            String name,
            String measurement,
            boolean above,
            double bound,
            Duration sustain,
            Severity severity,
            Action action)
            implements Guard {
        @Override
        public Guard named(String other) {
            return new Measured(other, measurement, above, bound, sustain, severity, action);
        }
    }
}
