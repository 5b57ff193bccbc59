package dev.flags.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import dev.flags.model.Percentage;

/**
 * Which bucket a targeting key falls into: the one place where it is decided who is inside a percentage.
 *
 * <p><b>The rule, fixed for ever.</b>
 *
 * <pre>{@code
 * seed   = murmur3_x86_32(seed = 0, UTF-8(salt))
 * bucket = (unsigned murmur3_x86_32(seed, UTF-8(targeting key)) * 100_000) >>> 32        0 .. 99_999
 * treated when bucket < percentage * 1000
 * }</pre>
 *
 * <p><b>The bytes that go in.</b> Salt and key are hashed as UTF-8. Nothing is trimmed, lower-cased or normalised: {@code é} as one
 * character and {@code é} as {@code e} with an accent are two keys, as they are for {@code String.equals}. A surrogate without its
 * partner has no UTF-8 form; it counts as {@code ?}, which is what {@link String#getBytes(java.nio.charset.Charset)} makes of it. The
 * salt goes in as the <em>seed</em> and not as a prefix, so that no pair of salt and key can be confused with another pair ({@code
 * "a" + "bc"} and {@code "ab" + "c"}), nothing is concatenated on the evaluating thread, and the salt's share of the work is done once.
 *
 * <p><b>The hash.</b> Murmur3 for x86, 32 bits. It is not secret and need not be: it only has to spread keys that look alike
 * ({@code user-1}, {@code user-2}) evenly. Guava's {@code murmur3_32} without {@code _fixed} is wrong for characters outside the
 * basic plane and must not be used here.
 *
 * <p><b>The range.</b> Multiplying by 100,000 and keeping the upper 32 bits maps the hash to a bucket by its order, without the bias and
 * the division of a remainder: each bucket owns 42,949 or 42,950 of the 2<sup>32</sup> hashes, so that a bucket is 0.001 % to within a
 * few parts in 100,000. (A remainder of a signed hash, the usual {@code Math.abs(hash) % 100}, also has a key that comes out negative.)
 *
 * <p><b>Why climbs are monotone.</b> The percentage takes no part in the hash; it is only the boundary that the bucket is compared
 * with. From 10 % to 50 % the boundary moves from 10,000 to 50,000: who was below the first is below the second, so raising a
 * percentage takes the treatment from nobody, and lowering it to where it was gives back exactly the earlier cohort. At 0 % no bucket
 * is below the boundary, at 100 % every one is.
 *
 * <p><b>Why cohorts are independent.</b> Each flag has a salt of its own (its key, unless it says otherwise), so that the users who go
 * first for one flag are not those who go first for the next. Two flags that are to share their cohorts share a salt. Within one
 * flag, three kinds of salt keep three questions apart:
 *
 * <ul>
 *   <li>{@code salt}: is the key inside the flag's percentage?
 *   <li>{@code salt + "/split"}: which variant of a split does a treated key get? As it is not the first bucket, climbing from 10 %
 *       to 50 % moves nobody between variants.
 *   <li>{@code salt + "/rule/" + rule id}: is the key inside the percentage of a rule's condition?
 * </ul>
 *
 * <p><b>What may never change:</b> any of the above. A different hash, encoding, range or suffix reshuffles every cohort of every running
 * rollout, on the instances that have the new code and not on the others. {@code bucketing-vectors.csv} among the tests holds buckets
 * computed by an independent implementation; a change that needs a new file there is not a change but another product.
 *
 * <p>Immutable. Safe for use by multiple threads.
 */
public final class Bucketing {
    private static final int LAST_OF_ASCII = 0x7f;

    private final int seed;

    private Bucketing(int seed) {
        this.seed = seed;
    }

    /** Buckets for this salt. */
    public static Bucketing of(String salt) {
        return new Bucketing(Hashing.murmur3_32_fixed(0).hashString(salt, UTF_8).asInt());
    }

    /** The bucket of a key, 0..99,999. Allocates nothing for a key of ASCII characters. */
    public int bucket(String targetingKey) {
        long unsigned = hash(targetingKey) & 0xFFFF_FFFFL;
        return (int) ((unsigned * Percentage.BUCKETS) >>> 32);
    }

    /**
     * Guava's {@code murmur3_32_fixed(seed)} of the key's UTF-8, written out for keys whose characters are their UTF-8: Guava returns its
     * hash in an object, and this is a part of every decision. Every other key goes to Guava.
     */
    private int hash(String key) {
        int length = key.length();
        int hash = seed;
        int seen = 0;
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            char first = key.charAt(at);
            char second = key.charAt(at + 1);
            char third = key.charAt(at + 2);
            char fourth = key.charAt(at + 3);
            seen |= first | second | third | fourth;
            hash ^= mixed(first | second << 8 | third << 16 | fourth << 24);
            hash = Integer.rotateLeft(hash, 13) * 5 + 0xe6546b64;
        }
        int rest = 0;
        for (int shift = 0; at < length; at++, shift += 8) {
            char character = key.charAt(at);
            seen |= character;
            rest |= character << shift;
        }
        if (seen > LAST_OF_ASCII) {
            return Hashing.murmur3_32_fixed(seed).hashString(key, UTF_8).asInt();
        }
        hash ^= mixed(rest) ^ length;
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    private static int mixed(int word) {
        return Integer.rotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593;
    }
}
