package dev.flags.rollout.controller;

import dev.flags.model.Percentage;
import java.time.Duration;

/** What the state machine wants of a run: at most one step a tick. Immutable. */
sealed interface Step {

    /** Why, for a person. */
    String why();

    /** Its name in the audit log; empty where there is nothing to commit. */
    default String action() {
        return "";
    }

    /** Nothing. */
    record Stay(String why) implements Step {}

    /** Have the hooks asked that are gates of the raise to a stage; nothing yet. */
    record AskGates(int stage) implements Step {
        @Override
        public String why() {
            return "waits for the hooks that are gates of the raise";
        }
    }

    /** From PREFLIGHT to the first stage. */
    record Begin(String why) implements Step {
        @Override
        public String action() {
            return "rollout advance";
        }
    }

    /** From PREFLIGHT to the end, with nothing raised. */
    record Block(String why) implements Step {
        @Override
        public String action() {
            return "rollout block";
        }
    }

    /** Up to the next stage. */
    record Advance(int stage, String why) implements Step {
        @Override
        public String action() {
            return "rollout advance";
        }
    }

    /** All is well, and a person has to agree. */
    record AwaitApproval(String why) implements Step {
        @Override
        public String action() {
            return "rollout await approval";
        }
    }

    /** No higher until it is healthy again. */
    record Hold(String why) implements Step {
        @Override
        public String action() {
            return "rollout hold";
        }
    }

    /** It is healthy again after a hold. */
    record GoOn(String why) implements Step {
        @Override
        public String action() {
            return "rollout go on";
        }
    }

    /** Straight to 0 %. */
    record RollBack(String why) implements Step {
        @Override
        public String action() {
            return "rollout roll back";
        }
    }

    /** Down to the next level of a gradual rollback. */
    record StepBackTo(Percentage level, String why) implements Step {
        @Override
        public String action() {
            return "rollout step back";
        }
    }

    /** The rollback is over: at 0 %, or at a level that was healthy for its bake. */
    record EndRolledBack(String why) implements Step {
        @Override
        public String action() {
            return "rollout rolled back";
        }
    }

    /** The last stage was watched long enough. */
    record Complete(String why) implements Step {
        @Override
        public String action() {
            return "rollout complete";
        }
    }

    /** The bound by which latency is compared in a stage that began without one. */
    record CompareLatency(Duration bound) implements Step {
        @Override
        public String action() {
            return "rollout compare latency";
        }

        @Override
        public String why() {
            return "latency is compared by calls above " + bound.toMillis() + " ms";
        }
    }

    /** Whether it can serve the treatment to somebody who did not have it. */
    default boolean raises() {
        return this instanceof Begin || this instanceof Advance;
    }

    /** Whether it takes the treatment away, and so must happen whatever else does. */
    default boolean lowers() {
        return this instanceof RollBack || this instanceof StepBackTo;
    }

    /** Whether there is something to commit. */
    default boolean moves() {
        return !action().isEmpty();
    }
}
