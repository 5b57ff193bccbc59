package dev.flags;

/**
 * How often memberships of large segments were asked for while evaluating, and what was known. Immutable.
 *
 * @param known how often the answer was known
 * @param stale how often an earlier answer was given, because that of the segment's newest version, or a fresh one, is still being
 *     fetched
 * @param unknown how often nothing was known yet, so that the rule did not match
 * @param fetchFailures how often memberships could not be fetched
 * @param cached of how many targeting keys something is known now
 */
public record MembershipCounts(long known, long stale, long unknown, long fetchFailures, long cached) {
    /** Nobody has asked. */
    public static final MembershipCounts NONE = new MembershipCounts(0, 0, 0, 0, 0);

    MembershipCounts and(MembershipCounts other) {
        return new MembershipCounts(
                known + other.known,
                stale + other.stale,
                unknown + other.unknown,
                fetchFailures + other.fetchFailures,
                cached + other.cached);
    }
}
