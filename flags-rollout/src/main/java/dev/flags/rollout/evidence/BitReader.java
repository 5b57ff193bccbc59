package dev.flags.rollout.evidence;

import java.util.Base64;

/** Reads what {@link BitWriter} wrote. Not thread-safe; confine it to one thread. */
final class BitReader {
    private final byte[] bytes;
    private long at;

    BitReader(String text) {
        this.bytes = Base64.getDecoder().decode(text);
    }

    private int bit() {
        int index = (int) (at >>> 3);
        if (index >= bytes.length) {
            throw new IllegalArgumentException("packed numbers end too early");
        }
        return bytes[index] >>> (7 - (at++ & 7)) & 1;
    }

    private long bits(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 1 | bit();
        }
        return value;
    }

    long rice(int width) {
        long high = 0;
        while (bit() == 1) {
            high++;
        }
        return high << width | bits(width);
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            long next = bits(8);
            value |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("a packed number is too long");
    }
}
