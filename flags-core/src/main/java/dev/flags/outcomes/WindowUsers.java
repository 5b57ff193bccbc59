package dev.flags.outcomes;

/**
 * Whose calls ended in one window, per arm: all users, those that failed, those that were slow, and those met for the first time.
 *
 * <p>It is bounded by sampling, not by cutting off. At level k it holds only hashes below 2<sup>64</sup> / 2<sup>k</sup>, in both arms and
 * in every list alike; when a list is full, the level rises by one and about half of everything goes. So what a row says of users and of
 * failed users stays a fair sample of both arms: a list that is cut off in the larger arm alone would look like a fault of the smaller.
 *
 * <p>Safe for use by multiple threads.
 */
final class WindowUsers {
    static final int USERS = 1;
    static final int FAILED = 2;
    static final int SLOW = 4;

    static final int MOST_USERS = 8_192;
    static final int MOST_LISTED = 1_024;
    static final int MOST_LEVELS = 32;

    final int level;
    private final long limit;
    private final Lists[] arms;

    private static final class Lists {
        final UserSet users;
        final UserSet failed = new UserSet(MOST_LISTED, 0);
        final UserSet slow = new UserSet(MOST_LISTED, 0);
        final UserSet exposed;

        Lists(int expected, UserSet exposed) {
            this.users = new UserSet(MOST_USERS, expected);
            this.exposed = exposed;
        }
    }

    private WindowUsers(
            int level, int expectedTreated, int expectedControl, UserSet exposedTreated, UserSet exposedControl) {
        this.level = level;
        this.limit = level == 0 ? -1L : 1L << (64 - level);
        this.arms =
                new Lists[] {new Lists(expectedControl, exposedControl), new Lists(expectedTreated, exposedTreated)};
    }

    WindowUsers() {
        this(0, 0, 0, new UserSet(MOST_LISTED, 0), new UserSet(MOST_LISTED, 0));
    }

    private Lists of(boolean treated) {
        return arms[treated ? 1 : 0];
    }

    private boolean isSampled(long hash) {
        return level == 0 || Long.compareUnsigned(hash, limit) < 0;
    }

    /**
     * Notes a user.
     *
     * @param lists which of {@link #USERS}, {@link #FAILED} and {@link #SLOW}
     * @return false when a list is full
     */
    boolean add(boolean treated, long hash, int lists) {
        if (!isSampled(hash)) {
            return true;
        }
        Lists arm = of(treated);
        boolean fits = (lists & USERS) == 0 || arm.users.add(hash) != UserSet.Added.FULL;
        if (lists != USERS) {
            fits &= (lists & FAILED) == 0 || arm.failed.add(hash) != UserSet.Added.FULL;
            fits &= (lists & SLOW) == 0 || arm.slow.add(hash) != UserSet.Added.FULL;
        }
        return fits;
    }

    /** Notes a user met for the first time; false when the list is full. */
    boolean expose(boolean treated, long hash) {
        return of(treated).exposed.add(hash) != UserSet.Added.FULL;
    }

    /** An empty one at the next level, which keeps the exposures: these are a sample of their own. */
    WindowUsers coarser() {
        return new WindowUsers(
                level + 1, of(true).users.size() / 2, of(false).users.size() / 2, of(true).exposed, of(false).exposed);
    }

    /** An empty one for the next window, sized by this one and a level finer where that may do. */
    WindowUsers next() {
        boolean sparse = Math.max(of(true).users.size(), of(false).users.size()) < MOST_USERS / 2
                && Math.max(listed(of(true)), listed(of(false))) < MOST_LISTED / 2;
        return new WindowUsers(
                level > 0 && sparse ? level - 1 : level,
                of(true).users.size(),
                of(false).users.size(),
                new UserSet(MOST_LISTED, 0),
                new UserSet(MOST_LISTED, 0));
    }

    private static int listed(Lists arm) {
        return Math.max(arm.failed.size(), arm.slow.size());
    }

    void addAll(WindowUsers finer) {
        for (boolean treated : new boolean[] {true, false}) {
            Lists from = finer.of(treated);
            addAll(treated, from.users, USERS);
            addAll(treated, from.failed, FAILED);
            addAll(treated, from.slow, SLOW);
        }
    }

    private void addAll(boolean treated, UserSet from, int list) {
        for (long hash : from.sorted()) {
            add(treated, hash, list);
        }
    }

    int users(boolean treated) {
        return of(treated).users.size();
    }

    long[] failed(boolean treated) {
        return of(treated).failed.sorted();
    }

    long[] slow(boolean treated) {
        return of(treated).slow.sorted();
    }

    long[] exposed(boolean treated) {
        return of(treated).exposed.sorted();
    }
}
