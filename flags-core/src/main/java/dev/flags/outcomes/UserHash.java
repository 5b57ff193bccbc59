package dev.flags.outcomes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 64-bit hash under which a targeting key stands in the outcome rows of one run: SipHash-2-4 of the key's UTF-8, keyed by the
 * run, so that all processes of a run agree and rows of different runs cannot be joined to follow a user. Allocates nothing for ASCII.
 *
 * <p>Aumasson and Bernstein, SipHash: a fast short-input PRF, 2012. {@code docs/outcome-rows.md} fixes the details. Immutable. Safe
 * for use by multiple threads.
 */
final class UserHash {
    /** A key is followed for the sample-ratio check when the upper half of its hash lies below this: one in 64. */
    private static final long EXPOSURE_LIMIT = (1L << 32) / 64;

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
        for (int i = 0; i < targetingKey.length(); i++) {
            if (targetingKey.charAt(i) >= 0x80) {
                return ofBytes(new String(targetingKey.getBytes(UTF_8), ISO_8859_1));
            }
        }
        return ofBytes(targetingKey);
    }

    /**
     * @param bytes one in each character
     */
    private long ofBytes(String bytes) {
        long v0 = k0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = k0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        int length = bytes.length();
        int words = length >>> 3;
        // one round more than there are whole words: the rest, with the length in its highest byte; then four to finish
        for (int w = 0; w <= words + 1; w++) {
            long word = 0;
            int rounds = 2;
            if (w <= words) {
                int end = Math.min(length, (w + 1) << 3);
                for (int i = w << 3; i < end; i++) {
                    word |= (long) bytes.charAt(i) << ((i & 7) << 3);
                }
                if (w == words) {
                    word |= (long) length << 56;
                }
                v3 ^= word;
            } else {
                v2 ^= 0xff;
                rounds = 4;
            }
            for (int r = 0; r < rounds; r++) {
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
        long hash = v0 ^ v1 ^ v2 ^ v3;
        return hash == 0 ? 1 : hash;
    }
}
