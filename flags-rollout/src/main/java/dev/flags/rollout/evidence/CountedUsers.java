package dev.flags.rollout.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The users that were counted in this run, so that each counts once, whatever process, arm or window he comes from.
 *
 * <p><b>Small.</b> Of a hash of 64 bits the upper 32 are kept. Two users who share them count as one: of 30,000 users one in 100,000 is not
 * counted, in whichever arm. Stored, they are gaps between sorted numbers in Rice's code, about two bytes a user.
 *
 * <p><b>Bounded.</b> When it is full the <em>level</em> rises by one, and only hashes below 2<sup>64 - level</sup> stay and are counted
 * from then on: a fair half of both arms. What was counted before stays counted.
 *
 * <p>Not thread-safe; confine it to one thread.
 */
final class CountedUsers {
    /** With more, too few of the 32 bits would be left to tell users apart; by then tens of thousands of millions have failed. */
    static final int MOST_LEVELS = 20;

    private final int most;
    private int level;
    /** Upper halves of hashes, ascending as signed numbers: their highest bit is turned. */
    private int[] known = new int[0];

    private final Set<Integer> fresh = new HashSet<>();
    private String packed = "";
    private boolean isPacked = true;

    /**
     * Nobody yet.
     *
     * @param most how many users are remembered
     */
    CountedUsers(int most) {
        this.most = most;
    }

    /** Only hashes below 2<sup>64 - level</sup> are counted. */
    int level() {
        return level;
    }

    int size() {
        return known.length + fresh.size();
    }

    /** Counts a user; false when he was counted before, or is none of those who are counted at this level. */
    boolean add(long hash) {
        if (level > 0 && hash >>> (64 - level) != 0) {
            return false;
        }
        int upper = (int) (hash >>> 32) ^ Integer.MIN_VALUE;
        return Arrays.binarySearch(known, upper) < 0 && fresh.add(upper);
    }

    /** To be called between factors: within one, all users are counted at the same level. */
    void settle() {
        if (fresh.isEmpty()) {
            return;
        }
        int[] all = Arrays.copyOf(known, known.length + fresh.size());
        int end = known.length;
        for (int each : fresh) {
            all[end++] = each;
        }
        fresh.clear();
        Arrays.sort(all);
        while (all.length > most && level < MOST_LEVELS) {
            level++;
            int first = Arrays.binarySearch(all, (int) ((1L << (32 - level)) - 1) ^ Integer.MIN_VALUE);
            all = Arrays.copyOf(all, first < 0 ? -first - 1 : first + 1);
        }
        known = all;
        isPacked = false;
    }

    Map<String, Object> tree() {
        settle();
        if (!isPacked) {
            packed = packed();
            isPacked = true;
        }
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("level", level);
        tree.put("count", known.length);
        tree.put("packed", packed);
        return tree;
    }

    static CountedUsers read(int most, Tree tree) {
        CountedUsers users = new CountedUsers(most);
        users.level = Math.toIntExact(tree.count("level", MOST_LEVELS));
        int count = Math.toIntExact(tree.count("count", 1L << 24));
        BitReader bits = new BitReader(tree.text("packed"));
        int width = users.gapBits(count);
        long at = -1;
        users.known = new int[count];
        for (int i = 0; i < count; i++) {
            at += bits.rice(width) + 1;
            if (at >= 1L << 32) {
                throw new IllegalArgumentException("a hash has more than 32 bits");
            }
            users.known[i] = (int) at ^ Integer.MIN_VALUE;
        }
        users.isPacked = false;
        return users;
    }

    private String packed() {
        BitWriter bits = new BitWriter();
        int width = gapBits(known.length);
        long before = -1;
        for (int each : known) {
            long upper = Integer.toUnsignedLong(each ^ Integer.MIN_VALUE);
            bits.rice(upper - before - 1, width);
            before = upper;
        }
        return bits.text();
    }

    /** About the logarithm of a usual gap, from which Rice's code takes its width. */
    private int gapBits(int count) {
        return count == 0 ? 0 : Math.max(0, 32 - level - (32 - Integer.numberOfLeadingZeros(count)));
    }

    /** For tests: what is remembered, as unsigned upper halves. */
    List<Integer> uppers() {
        settle();
        List<Integer> uppers = new ArrayList<>();
        for (int each : known) {
            uppers.add(each ^ Integer.MIN_VALUE);
        }
        return uppers;
    }
}
