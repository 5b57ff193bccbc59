package dev.flags.rollout.controller;

import dev.flags.Flags;
import dev.flags.Subscription;
import dev.flags.rollout.checks.Checks;
import dev.flags.rollout.checks.Hooks;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Watches the rollouts of an environment and moves them: up by evidence, down when a guard is breached. Runs on one daemon thread, and asks
 * checks and hooks on a few others. Several controllers of one store compete for a lease; one works, the others wait.
 *
 * <p>The store is not closed with it. Safe for use by multiple threads.
 */
public final class RolloutController implements AutoCloseable {
    private static final int CHECKING = 4;
    private static final int CALLING = 2;
    private static final long CLOSING_MILLIS = 5_000;

    /** So many ticks go by at most from one attempt to the next while the store is away. */
    private static final long LONGEST_PAUSE_IN_TICKS = 4;

    private final ControllerLoop loop;
    private final ControllerSettings settings;
    private final Announcer announcer;
    private final Workers checking;
    private final Workers calling;
    private final Optional<Subscription> waking;
    private final Thread thread;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean woken; // guarded by lock
    private boolean closed; // guarded by lock
    private long ticks; // guarded by lock
    private int callsLeft; // guarded by lock

    private RolloutController(Builder from) {
        String name = "flags-rollouts-" + from.store.environment();
        settings = from.settings;
        announcer = new Announcer(from.listener, from.store.environment());
        checking = new Workers(name + "-checks", CHECKING);
        calling = new Workers(name + "-hooks", CALLING);
        loop = new ControllerLoop(
                from.store,
                from.actor,
                incarnation(from.actor),
                new Inquiries(from.checks, checking, System::nanoTime, settings),
                new HookCalls(from.hooks, calling, System::nanoTime, settings),
                settings,
                announcer,
                System::nanoTime);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        Flags changing = from.flags;
        waking = changing == null ? Optional.empty() : Optional.of(changing.onChange(change -> wake()));
        thread.start();
    }

    /** Another one after each start, also of the same process on the same machine. */
    private static String incarnation(Actor actor) {
        return actor.name() + "@" + actor.host() + "/" + ProcessHandle.current().pid() + "/"
                + UUID.randomUUID().toString().substring(0, 8);
    }

    /**
     * A controller of a store's rollouts.
     *
     * @param actor in whose name the steps are committed
     */
    public static Builder builder(FlagStore store, Actor actor) {
        return new Builder(store, actor);
    }

    /** Looks at all rollouts soon, and does not wait for the next tick. */
    public void wake() {
        lock.lock();
        try {
            woken = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        int failures = 0;
        while (!isClosed()) {
            long begun = System.nanoTime();
            try {
                loop.tick();
                failures = 0;
                announcer.ticked(Duration.ofNanos(System.nanoTime() - begun), loop.watching());
                announcer.answered();
            } catch (RuntimeException | LinkageError e) {
                failures++;
                announcer.failed(e);
            }
            ticked();
            await(pause(failures) - (System.nanoTime() - begun));
        }
        try {
            loop.release();
        } catch (RuntimeException | LinkageError e) {
            // then it runs out by itself
        }
    }

    private void ticked() {
        lock.lock();
        try {
            ticks++;
            callsLeft = loop.callsLeft();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all hooks have been called that follow from what is committed by now.
     *
     * @return false when the time was up first
     */
    public boolean awaitHooks(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            // the tick under way may have looked already; the next one sees everything, and sends
            long enough = ticks + 2;
            woken = true;
            changed.signalAll();
            while (!closed && (ticks < enough || callsLeft > 0)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return callsLeft == 0;
        } finally {
            lock.unlock();
        }
    }

    /** What has to come down is tried at every tick; a store that is away is not asked more often than it helps. */
    private long pause(int failures) {
        long tick = settings.nanos(settings.tick());
        long ticks =
                failures <= 1 || loop.hasDue() ? 1 : Math.min(1L << Math.min(failures - 1, 10), LONGEST_PAUSE_IN_TICKS);
        return failures == 0 ? tick : ThreadLocalRandom.current().nextLong(tick * ticks / 2, tick * ticks + 1);
    }

    private void await(long nanos) {
        lock.lock();
        try {
            long left = nanos;
            while (left > 0 && !woken && !closed) {
                left = changed.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException e) {
            closed = true; // nobody but the owner of the process interrupts it
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the step under way, gives the lease back and ends the threads; waits for at most 5 s. Idempotent. */
    @Override
    public void close() {
        waking.ifPresent(Subscription::close);
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(CLOSING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        checking.close();
        calling.close();
    }

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
            return new RolloutController(this);
        }
    }
}
