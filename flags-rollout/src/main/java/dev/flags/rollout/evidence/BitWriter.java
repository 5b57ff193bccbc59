package dev.flags.rollout.evidence;

import java.io.ByteArrayOutputStream;
import java.util.Base64;

/** Numbers packed into few bits, as text (Base64). Not thread-safe; confine it to one thread. */
final class BitWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int used;

    private void bit(long bit) {
        current = current << 1 | (int) (bit & 1);
        if (++used == 8) {
            bytes.write(current);
            current = 0;
            used = 0;
        }
    }

    private void bits(long value, int width) {
        for (int i = width - 1; i >= 0; i--) {
            bit(value >>> i);
        }
    }

    /**
     * Rice's code: what is above the width in ones that a zero ends, then the rest as it is.
     *
     * @param value from 0
     */
    void rice(long value, int width) {
        for (long high = value >>> width; high > 0; high--) {
            bit(1);
        }
        bit(0);
        bits(value, width);
    }

    /** A number from 0, seven bits and whether more follow at a time: small ones take little room. */
    void number(long value) {
        long left = value;
        while (left >>> 7 != 0) {
            bits((left & 0x7f) | 0x80, 8);
            left >>>= 7;
        }
        bits(left, 8);
    }

    String text() {
        while (used != 0) {
            bit(0);
        }
        return Base64.getEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }
}
