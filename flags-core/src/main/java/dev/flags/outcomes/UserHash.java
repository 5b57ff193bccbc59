package dev.flags.outcomes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 64-bit hash under which a targeting key stands in the outcome rows of one run: SipHash-2-4 of the key's UTF-8, keyed by the
 * run, so that all processes of a run agree and rows of different runs cannot be joined to follow a user. Allocates nothing for ASCII.
 * Written out, because it is part of every call while a rollout runs and should cost little more than its rounds do.
 *
 * <p>Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012. {@code docs/outcome-rows.md} fixes the details. Immutable. Safe
 * for use by multiple threads.
 */
final class UserHash {
    /** A key is followed for the sample-ratio check when the upper half of its hash lies below this: one in 64. */
    private static final long EXPOSURE_LIMIT = (1L << 32) / 64;

    /** Bits of four characters that no ASCII character has. */
    private static final long NOT_ASCII = 0xff80_ff80_ff80_ff80L;

    private final long k0;
    private final long k1;

    UserHash(String run) {
        byte[] digest =
                Hashing.sha256().hashString("flags-outcomes/1/" + run, UTF_8).asBytes();
        ByteBuffer words = ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN);
        this.k0 = words.getLong();
        this.k1 = words.getLong();
    }

    static boolean isFollowed(long hash) {
        return (hash >>> 32) < EXPOSURE_LIMIT;
    }

    /** Never 0, which stands for nobody: 1 takes its place. */
    long of(String targetingKey) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int length = targetingKey.length();
        long seen = 0;
        // word by word, as if each character were a byte; the last word holds the rest and, in its highest byte, how
        // many characters there were
        for (int left = length; left >= 0; left -= 8) {
            int at = length - left;
            long word;
            if (left >= 8) {
                long lower = fourCharacters(targetingKey, at);
                long upper = fourCharacters(targetingKey, at + 4);
                seen |= lower | upper;
                word = fourBytes(lower) | fourBytes(upper) << 32;
            } else {
                word = (long) length << 56;
                for (int i = 0; i < left; i++) {
                    long character = targetingKey.charAt(at + i);
                    seen |= character;
                    word |= character << (i << 3);
                }
            }
            v3 ^= word;
            for (int r = 0; r < 2; r++) {
                v0 += v1;
                v2 += v3;
                v1 = Long.rotateLeft(v1, 13) ^ v0;
                v3 = Long.rotateLeft(v3, 16) ^ v2;
                v0 = Long.rotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = Long.rotateLeft(v1, 17) ^ v2;
                v3 = Long.rotateLeft(v3, 21) ^ v0;
                v2 = Long.rotateLeft(v2, 32);
            }
            v0 ^= word;
        }
        if ((seen & NOT_ASCII) != 0) {
            // its UTF-8, one byte in each character
            return ofBytes(targetingKey.getBytes(UTF_8));
        }
        v2 ^= 0xff;
        // the same rounds as above: they change four locals, which no method could give back without allocating
        for (int r = 0; r < 4; r++) {
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
        }
        return notZero(v0 ^ v1 ^ v2 ^ v3);
    }

    /** The same by Guava, for the few keys that are not ASCII. */
    private long ofBytes(byte[] utf8) {
        return notZero(Hashing.sipHash24(k0, k1).hashBytes(utf8).asLong());
    }

    private static long notZero(long hash) {
        return hash == 0 ? 1 : hash;
    }

    /** Four characters, 16 bits each, the first in the lowest. */
    private static long fourCharacters(String text, int at) {
        int lower = text.charAt(at) | text.charAt(at + 1) << 16;
        int upper = text.charAt(at + 2) | text.charAt(at + 3) << 16;
        return (lower & 0xffff_ffffL) | ((long) upper << 32);
    }

    /** The lower byte of each of four characters. */
    private static long fourBytes(long characters) {
        long pairs = (characters | characters >>> 8) & 0x0000_ffff_0000_ffffL;
        return (pairs | pairs >>> 16) & 0xffff_ffffL;
    }
}
