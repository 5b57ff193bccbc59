package dev.flags.outcomes;

import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What calls came to at one percentage of one run, in portions: each becomes an {@link OutcomeRow}.
 *
 * <p><b>How nothing is lost or counted twice while windows change.</b> Counters are never reset; a portion is what they have risen by. A
 * user is put into the window's sets and then the writer looks whether these are still the window's: if not, it puts the user into the new
 * ones as well. So a user whose call ends while windows change is in the later of the two for certain, perhaps in both, which is where
 * such a call belongs.
 *
 * <p>Safe for use by multiple threads; one at a time may take.
 */
final class Tally {
    final Run run;
    final Percentage percentage;

    private final ArmTally treatment = new ArmTally();
    private final ArmTally control = new ArmTally();

    private volatile WindowUsers users = new WindowUsers();
    private volatile Bounds bounds = Bounds.NONE;
    private volatile int comparison = -1;
    private volatile boolean comparisonMoved;

    /** When it last had something to tell; belongs to the thread that takes. */
    long quietSinceNanos;

    /** What all percentages of one run share. */
    static final class Run {
        final String id;
        final UserHash hash;
        /** Followed users that this process has met. */
        private final UserSet met = new UserSet(16_384, 0);

        final LongAdder unlisted = new LongAdder();

        Run(String id) {
            this.id = id;
            this.hash = new UserHash(id);
        }
    }

    Tally(Run run, Percentage percentage) {
        this.run = run;
        this.percentage = percentage;
    }

    ArmTally arm(boolean treated) {
        return treated ? treatment : control;
    }

    /** Judges calls by the bounds that the run publishes. */
    synchronized void judge(RolloutRun published) {
        for (Duration bound : published.latencyBounds()) {
            add(bound.toNanos());
        }
        int before = comparison;
        comparison =
                published.latencyComparison().map(bound -> add(bound.toNanos())).orElse(-1);
        comparisonMoved |= before >= 0 && before != comparison;
    }

    /** Judges calls by the bounds that a call site has. */
    void judge(Choice choice) {
        for (long bound : choice.bounds()) {
            if (bounds.indexOf(bound) < 0) {
                synchronized (this) {
                    add(bound);
                }
            }
        }
    }

    private int add(long bound) {
        bounds = bounds.with(bound);
        return bounds.indexOf(bound);
    }

    /** A call begins. Returns its slot among those that are looked after, or {@link InFlight#NO_SLOT}. */
    int begun(boolean treated, Choice choice, long startNanos, long user) {
        if (choice.hasBounds()) {
            judge(choice);
        }
        return bounds.count() == 0 ? InFlight.NO_SLOT : arm(treated).enter(startNanos, user);
    }

    /** A call has ended, as a success or a failure. */
    void ended(
            boolean treated, int slot, long startNanos, long nanos, long user, boolean failure, @Nullable String code) {
        ArmTally arm = arm(treated);
        int found = arm.ended(nanos, bounds, arm.exit(slot, startNanos), failure, code);
        if (user != 0) {
            int lists = WindowUsers.USERS | (failure ? WindowUsers.FAILED : 0);
            if (found != 0) {
                int compared = comparison;
                lists |= compared >= 0 && (found & (1 << compared)) != 0 ? WindowUsers.SLOW : 0;
            }
            met(treated, user, lists);
        }
    }

    /** A call was given up before it ended: interrupted or cancelled. */
    void givenUp(boolean treated, int slot, long startNanos) {
        arm(treated).exit(slot, startNanos);
    }

    private void met(boolean treated, long user, int lists) {
        add(treated, user, lists);
        if (UserHash.isFollowed(user) && run.met.add(user) == UserSet.Added.NEW) {
            expose(treated, user);
        }
    }

    private void add(boolean treated, long user, int lists) {
        while (true) {
            WindowUsers window = users;
            boolean fits = window.add(treated, user, lists);
            if (!fits && window.level < WindowUsers.MOST_LEVELS) {
                coarsen(window);
            } else if (users == window) {
                return;
            }
        }
    }

    private void expose(boolean treated, long user) {
        while (true) {
            WindowUsers window = users;
            if (!window.expose(treated, user)) {
                run.unlisted.increment();
                return;
            }
            if (users == window) {
                return;
            }
        }
    }

    private synchronized void coarsen(WindowUsers full) {
        if (users == full) {
            WindowUsers coarser = full.coarser();
            users = coarser;
            // after it was put in place: what is added to the full one from here on is added to this one by its writer
            coarser.addAll(full);
        }
    }

    /** Counts calls that have passed a bound and not ended. */
    void passBounds(long nowNanos) {
        Bounds judgedBy = bounds;
        if (judgedBy.count() > 0) {
            passBounds(true, nowNanos, judgedBy);
            passBounds(false, nowNanos, judgedBy);
        }
    }

    private void passBounds(boolean treated, long nowNanos, Bounds judgedBy) {
        arm(treated).pass(nowNanos, judgedBy, (index, user) -> {
            if (user != 0) {
                add(treated, user, WindowUsers.USERS | (index == comparison ? WindowUsers.SLOW : 0));
            }
        });
    }

    /** What has come since it was last asked, as the row of one window. */
    OutcomeRow take(String flag, String instance, Instant window, long lost) {
        WindowUsers ended;
        Bounds judgedBy;
        int compared;
        synchronized (this) {
            ended = users;
            users = ended.next();
            judgedBy = bounds;
            // a list of slow users that began by one bound and ended by another says nothing of either
            compared = comparisonMoved ? -1 : comparison;
            comparisonMoved = false;
        }
        return new OutcomeRow(
                flag,
                run.id,
                instance,
                percentage,
                window,
                ended.level,
                lost,
                treatment.take(ended, true, judgedBy, compared),
                control.take(ended, false, judgedBy, compared));
    }
}
