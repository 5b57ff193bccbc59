package dev.flags.cli;

import dev.flags.FlagsStatus;
import dev.flags.Subscription;
import dev.flags.model.Problem;
import dev.flags.secrets.Secrets;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Follows a store from a terminal, just as applications follow it. */
final class Watch {
    /** How soon it is noticed that nobody reads the output any more. */
    private static final Duration LOOK_UP = Duration.ofSeconds(1);

    /** What the store's follower has to say. */
    private sealed interface News {
        record Changed() implements News {}

        record Standing(FlagsStatus.State state, List<Problem> problems) implements News {}
    }

    private final Session session;
    private final FlagStore store;
    private final Predicate<FlagStore> step;

    /** Looks again after so long even if nothing was committed. */
    private final Duration again;

    private boolean away;

    /** Whether there is something to show that could not be read. */
    private boolean owed;

    private Watch(Session session, FlagStore store, Duration again, Predicate<FlagStore> step) {
        this.session = session;
        this.store = store;
        this.again = again;
        this.step = step;
    }

    /**
     * Shows the state now and after every commit, until the step says that it is over, the time is up, or nobody reads the
     * output any more.
     *
     * @param step prints what has changed, and answers whether to go on
     * @return false when the time was up first
     */
    static boolean run(Session session, FlagStore store, Duration atMost, Predicate<FlagStore> step) {
        return run(session, store, atMost, atMost, step);
    }

    /**
     * As {@link #run(Session, FlagStore, Duration, Predicate)}, for what changes without a commit too.
     *
     * @param again look after so long, also if nothing was committed
     */
    static boolean run(Session session, FlagStore store, Duration atMost, Duration again, Predicate<FlagStore> step) {
        return new Watch(session, store, again, step).run(atMost);
    }

    private boolean run(Duration atMost) {
        Instant end = session.shell.clock.instant().plus(atMost);
        if (!step.test(store)) {
            return true;
        }
        // the follower logs what is said here in a sentence of its own
        System.setProperty("org.slf4j.simpleLogger.log.dev.flags.store", "off");
        BlockingQueue<News> news = new LinkedBlockingQueue<>();
        Subscription following = store.follow(FollowOptions.DEFAULT, new Listener(news));
        Instant looked = session.shell.clock.instant();
        try {
            while (!session.shell.out.checkError()) {
                Duration left = Duration.between(session.shell.clock.instant(), end);
                if (left.isZero() || left.isNegative()) {
                    return false;
                }
                News next = news.poll(Math.min(left.toMillis() + 1, LOOK_UP.toMillis()), TimeUnit.MILLISECONDS);
                if (next instanceof News.Standing standing) {
                    tell(standing);
                }
                boolean due = !session.shell.clock.instant().isBefore(looked.plus(again));
                if (owed || due || next instanceof News.Changed) {
                    looked = session.shell.clock.instant();
                    if (!show()) {
                        return true;
                    }
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } finally {
            following.close();
        }
    }

    private boolean show() {
        try {
            owed = false;
            return step.test(store);
        } catch (StoreUnavailableException e) {
            owed = true; // the follower says so too
            return true;
        }
    }

    /** Once when the store goes away, whatever reasons follow, and once when it is back. */
    private void tell(News.Standing standing) {
        boolean ready = standing.state() == FlagsStatus.State.READY;
        if (ready && away) {
            session.shell.say("the store answers again");
        } else if (!ready && !away) {
            standing.problems()
                    .forEach(problem -> session.shell.say(Secrets.mask(problem.message()) + "; still watching"));
        }
        away = !ready;
    }

    /** Called by the follower's thread; the verb's own prints. */
    private record Listener(BlockingQueue<News> news) implements SourceListener {
        @Override
        public void loaded(LayerContent content, FlagsStatus.State state, Instant contact) {
            news.add(new News.Changed());
        }

        @Override
        public void unchanged(Instant contact) {
            // nothing to show
        }

        @Override
        public void state(FlagsStatus.State state, List<Problem> problems) {
            news.add(new News.Standing(state, problems));
        }
    }
}
