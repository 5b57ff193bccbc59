package dev.flags.outcomes;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A set of hashes that grows up to a bound, without locks. It is a row of tables, each four times the size of the one before: a hash
 * is looked for in a few places of the first, then of the second, and so on, and goes into the first place that is empty. Nothing is ever
 * removed, so that two threads with the same hash walk the same places and meet at the same empty one. As most hashes are in the last
 * table, that is where one is looked for before the walk. Safe for use by multiple threads.
 */
final class UserSet {
    enum Added {
        NEW,
        KNOWN,
        FULL
    }

    private static final int PROBES = 8;
    private static final int FIRST_TABLE = 64;
    private static final int MAX_TABLES = 8;

    private final int most;
    private final int firstTable;
    private final AtomicReferenceArray<AtomicLongArray> tables = new AtomicReferenceArray<>(MAX_TABLES);
    private final AtomicInteger size = new AtomicInteger();
    /** The last table that there is. */
    private final AtomicInteger last = new AtomicInteger();

    /**
     * An empty set.
     *
     * @param most how many hashes it takes, about
     * @param expected how many it will hold, as a guess
     */
    UserSet(int most, int expected) {
        this.most = most;
        int wanted = Math.max(FIRST_TABLE, Math.min(expected, most) * 2);
        this.firstTable = Integer.highestOneBit(wanted - 1) << 1;
    }

    Added add(long hash) {
        for (int t = last.get(); t > 0; t--) {
            if (holds(t, hash)) {
                return Added.KNOWN;
            }
        }
        for (int t = 0; t < MAX_TABLES; t++) {
            AtomicLongArray table = tables.get(t);
            if (table == null) {
                if (size.get() >= most) {
                    return Added.FULL;
                }
                table = grown(t);
            }
            int mask = table.length() - 1;
            int home = home(t, hash);
            for (int probe = 0; probe < PROBES; probe++) {
                int place = (home + probe) & mask;
                long found = table.get(place);
                if (found == 0) {
                    if (size.get() >= most) {
                        return Added.FULL;
                    }
                    if (table.compareAndSet(place, 0, hash)) {
                        size.incrementAndGet();
                        return Added.NEW;
                    }
                    found = table.get(place);
                }
                if (found == hash) {
                    return Added.KNOWN;
                }
            }
        }
        return Added.FULL;
    }

    private boolean holds(int t, long hash) {
        AtomicLongArray table = tables.get(t);
        int mask = table.length() - 1;
        int home = home(t, hash);
        for (int probe = 0; probe < PROBES; probe++) {
            long found = table.get((home + probe) & mask);
            if (found == hash) {
                return true;
            }
            if (found == 0) {
                return false;
            }
        }
        return false;
    }

    /** Another place in each table, or neighbours would stay neighbours. */
    private static int home(int t, long hash) {
        return (int) ((hash * (0x9E3779B97F4A7C15L + 2L * t)) >>> 32);
    }

    private AtomicLongArray grown(int t) {
        AtomicLongArray made = new AtomicLongArray(firstTable << (2 * Math.min(t, 5)));
        AtomicLongArray before = tables.compareAndExchange(t, null, made);
        last.accumulateAndGet(t, Math::max);
        return before == null ? made : before;
    }

    int size() {
        return size.get();
    }

    /** What is in it, in ascending unsigned order. */
    long[] sorted() {
        long[] found = new long[0];
        for (int t = 0; t < MAX_TABLES; t++) {
            AtomicLongArray table = tables.get(t);
            if (table == null) {
                break;
            }
            int from = found.length;
            found = Arrays.copyOf(found, from + table.length());
            int count = from;
            for (int i = 0; i < table.length(); i++) {
                long hash = table.get(i);
                if (hash != 0) {
                    found[count++] = hash;
                }
            }
            found = Arrays.copyOf(found, count);
        }
        // unsigned order is signed order with the highest bit turned
        for (int i = 0; i < found.length; i++) {
            found[i] ^= Long.MIN_VALUE;
        }
        Arrays.sort(found);
        for (int i = 0; i < found.length; i++) {
            found[i] ^= Long.MIN_VALUE;
        }
        return found;
    }
}
