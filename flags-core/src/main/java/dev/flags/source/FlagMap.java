package dev.flags.source;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Flags by key, in no particular order, for one flag after another to change in what is otherwise the same: a copy with a change in it
 * costs the copy of an array, where a hash map would make a node for each flag. It is looked up on every decision, so it is as quick at
 * that as a hash map: keys and values lie side by side in one array that is never more than half full, and a key that does not lie where
 * its hash points to lies in one of the next places (open addressing with linear probing).
 *
 * <p>Immutable. Safe for use by multiple threads.
 *
 * @param <V> what there is for each flag
 */
public final class FlagMap<V> extends AbstractMap<String, V> {
    private static final int SMALLEST = 16;

    /**
     * Twice an odd number, so that every product is an even index, and keys that differ in their last letter alone, whose hashes follow
     * each other, do not lie in one long row.
     */
    private static final int SPREAD = 0x9E3779B9 << 1;

    /** A key at each even index and its value behind it, or null twice. The length is a power of two. */
    private final @Nullable Object[] slots;

    private final int size;

    private FlagMap(@Nullable Object[] slots, int size) {
        this.slots = slots;
        this.size = size;
    }

    /** No flags. */
    public static <V> FlagMap<V> empty() {
        return new FlagMap<>(new Object[SMALLEST], 0);
    }

    /** An editor that starts with these flags; costs nothing until it changes one. */
    public Editor<V> edit() {
        return new Editor<>(this);
    }

    @Override
    @SuppressWarnings("unchecked") // behind a key lies its value
    public @Nullable V get(@Nullable Object key) {
        return key instanceof String text ? (V) slots[find(slots, text) + 1] : null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Set<Map.Entry<String, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, V>> iterator() {
                return new Entries<>(slots);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** The index of a key, or that of the free place where it belongs. */
    private static int find(@Nullable Object[] slots, String key) {
        int at = home(slots, key);
        while (true) {
            Object other = slots[at];
            if (other == null || key.equals(other)) {
                return at;
            }
            at = (at + 2) & (slots.length - 1);
        }
    }

    private static int home(@Nullable Object[] slots, String key) {
        int hash = key.hashCode();
        // the mask leaves the lower bits, which must not be all that counts
        return ((hash ^ (hash >>> 16)) * SPREAD) & (slots.length - 2);
    }

    /**
     * Changes flags one at a time. Not thread-safe; confine it to one thread.
     *
     * @param <V> what there is for each flag
     */
    public static final class Editor<V> {
        private @Nullable Object[] slots;
        private int size;

        /** Whether a map has the array too, so that it must not change. */
        private boolean shared = true;

        private Editor(FlagMap<V> start) {
            this.slots = start.slots;
            this.size = start.size;
        }

        /** The flags as they are now; what is changed later does not show in it. */
        public FlagMap<V> toMap() {
            shared = true;
            return new FlagMap<>(slots, size);
        }

        @SuppressWarnings("unchecked") // behind a key lies its value
        public @Nullable V get(String key) {
            return (V) slots[find(slots, key) + 1];
        }

        public void put(String key, V value) {
            int at = find(slots, key);
            if (slots[at] == null && (size + 1) * 4 > slots.length) {
                grow();
                at = find(slots, key);
            }
            own();
            size += slots[at] == null ? 1 : 0;
            slots[at] = key;
            slots[at + 1] = value;
        }

        /** Takes a flag out; nothing when it is not there. */
        public void remove(String key) {
            int gap = find(slots, key);
            if (slots[gap] == null) {
                return;
            }
            own();
            size--;
            // whatever could lie in the gap moves there, or it would not be found any more: algorithm R of Knuth, 6.4
            int at = gap;
            while (true) {
                slots[gap] = null;
                slots[gap + 1] = null;
                int home;
                do {
                    at = (at + 2) & (slots.length - 1);
                    if (!(slots[at] instanceof String moving)) {
                        return;
                    }
                    home = home(slots, moving);
                } while (gap <= at ? gap < home && home <= at : gap < home || home <= at);
                slots[gap] = slots[at];
                slots[gap + 1] = slots[at + 1];
                gap = at;
            }
        }

        private void own() {
            if (shared) {
                slots = slots.clone();
                shared = false;
            }
        }

        private void grow() {
            @Nullable Object[] old = slots;
            slots = new Object[old.length * 2];
            shared = false;
            for (int i = 0; i < old.length; i += 2) {
                if (old[i] instanceof String key) {
                    int at = find(slots, key);
                    slots[at] = key;
                    slots[at + 1] = old[i + 1];
                }
            }
        }
    }

    private static final class Entries<V> implements Iterator<Map.Entry<String, V>> {
        private final @Nullable Object[] slots;
        private int next;

        Entries(@Nullable Object[] slots) {
            this.slots = slots;
            skipFree();
        }

        private void skipFree() {
            while (next < slots.length && slots[next] == null) {
                next += 2;
            }
        }

        @Override
        public boolean hasNext() {
            return next < slots.length;
        }

        @Override
        @SuppressWarnings("unchecked") // behind a key lies its value
        public Map.Entry<String, V> next() {
            if (next >= slots.length || !(slots[next] instanceof String key)) {
                throw new NoSuchElementException();
            }
            Map.Entry<String, V> entry = Map.entry(key, (V) Objects.requireNonNull(slots[next + 1]));
            next += 2;
            skipFree();
            return entry;
        }
    }
}
