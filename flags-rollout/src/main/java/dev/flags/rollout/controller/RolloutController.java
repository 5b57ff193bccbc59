package dev.flags.rollout.controller;

import dev.flags.Flags;
import dev.flags.rollout.checks.Checks;
import dev.flags.rollout.checks.Hooks;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Watches the rollouts of an environment and moves them: up by evidence, down when a guard is breached. Runs on one daemon thread, and asks
 * checks and hooks on a few others. Several controllers of one store compete for a lease; one works, the others wait.
 *
 * <p>The store is not closed with it. Safe for use by multiple threads.
 */
public final class RolloutController implements AutoCloseable {
    private RolloutController() {}

    /**
     * A controller of a store's rollouts.
     *
     * @param actor in whose name the steps are committed
     */
    public static Builder builder(FlagStore store, Actor actor) {
        return new Builder(store, actor);
    }

    /** Ends the step under way, gives the lease back and ends the threads; waits for at most 5 s. Idempotent. */
    @Override
    public void close() {}

    /** Settings of a controller. Not thread-safe; confine it to one thread. */
    public static final class Builder {
        private final FlagStore store;
        private final Actor actor;
        private @Nullable Checks checks;
        private @Nullable Hooks hooks;
        private @Nullable Flags flags;
        private ControllerSettings settings = ControllerSettings.DEFAULT;
        private ControllerListener listener = ControllerListener.NONE;

        private Builder(FlagStore store, Actor actor) {
            this.store = store;
            this.actor = actor;
        }

        /** Answers preconditions and measures. Without it preconditions on anything but flags fail, and measurements have no data. */
        public Builder checks(Checks answering) {
            checks = answering;
            return this;
        }

        /** Calls hooks. Without it those that are gates refuse, and others are not called. */
        public Builder hooks(Hooks calling) {
            hooks = calling;
            return this;
        }

        /** How quickly it goes. Default: {@link ControllerSettings#DEFAULT}. */
        public Builder settings(ControllerSettings to) {
            settings = to;
            return this;
        }

        /** Who is told what it does. */
        public Builder listener(ControllerListener told) {
            listener = told;
            return this;
        }

        /** Looks at once when these flags have changed, and not only at the next tick. */
        public Builder wokenBy(Flags changing) {
            flags = changing;
            return this;
        }

        /**
         * Starts it. Does no I/O itself, so it does not fail because of the store's state.
         *
         * @throws dev.flags.FlagsException when this kind of store keeps no records of controllers, or no outcomes
         */
        public RolloutController start() {
            Objects.hash(store, actor, checks, hooks, flags, settings, listener);
            return new RolloutController();
        }
    }
}
