package dev.flags.rollout.evidence;

/**
 * Which of some 128 windows, up to the newest of them. What is older falls out at the end. Not thread-safe; confine it to one thread.
 */
final class WindowBits {
    /** How many windows back it remembers. */
    static final int KEPT = 128;

    private long newest = Long.MIN_VALUE;
    /** Bit i stands for the window {@code newest - i}; those from 64 on are in the second. */
    private long near;

    private long far;

    long newest() {
        return newest;
    }

    /** The first of those that it remembers. */
    long oldest() {
        return far != 0
                ? newest - (2L * Long.SIZE - 1 - Long.numberOfLeadingZeros(far))
                : newest - (Long.SIZE - 1 - Long.numberOfLeadingZeros(near));
    }

    boolean has(long window) {
        long age = newest - window;
        if (newest == Long.MIN_VALUE || age < 0 || age >= KEPT) {
            return false;
        }
        return ((age < 64 ? near >>> age : far >>> (age - 64)) & 1) != 0;
    }

    void add(long window) {
        if (newest == Long.MIN_VALUE) {
            newest = window;
            near = 1;
        } else if (window > newest) {
            shift(window - newest);
            newest = window;
            near |= 1;
        } else if (newest - window < KEPT) {
            long age = newest - window;
            if (age < 64) {
                near |= 1L << age;
            } else {
                far |= 1L << (age - 64);
            }
        }
    }

    private void shift(long by) {
        if (by >= KEPT) {
            near = 0;
            far = 0;
        } else if (by >= 64) {
            far = near << (by - 64);
            near = 0;
        } else {
            far = far << by | near >>> (64 - by);
            near <<= by;
        }
    }

    /**
     * As text: how long before a window the newest is, then how many there are in a row, how many are missing, and so on back:
     * {@code 0.90} are the last 90 windows.
     *
     * @param last not before the newest
     */
    String text(long last) {
        StringBuilder text = new StringBuilder().append(last - newest);
        boolean in = true;
        int run = 0;
        int pending = 0;
        for (int age = 0; age <= KEPT; age++) {
            boolean bit = age < KEPT && has(newest - age);
            if (age == KEPT || bit != in) {
                // what is missing at the far end needs no mention
                if (in) {
                    if (pending > 0) {
                        text.append('.').append(pending);
                    }
                    text.append('.').append(run);
                } else {
                    pending = run;
                }
                in = bit;
                run = 0;
            }
            run++;
        }
        return text.toString();
    }

    /** Reads {@link #text}. */
    static WindowBits parse(String text, long last) {
        String[] parts = text.split("\\.", -1);
        WindowBits bits = new WindowBits();
        long window = last - Integer.parseUnsignedInt(parts[0]);
        bits.add(window);
        for (int i = 1; i < parts.length; i++) {
            int run = Integer.parseUnsignedInt(parts[i]);
            if (run < 1 || run > KEPT) {
                throw new IllegalArgumentException("'" + text + "' are no windows");
            }
            for (int each = 0; each < run; each++) {
                if (i % 2 == 1) {
                    bits.add(window);
                }
                window--;
            }
        }
        return bits;
    }
}
