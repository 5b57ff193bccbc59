package dev.flags.outcomes;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Hashes of targeting keys, ascending as unsigned numbers, each once. Immutable. Safe for use by multiple threads. */
public final class UserHashes {
    /** Of nobody. */
    public static final UserHashes NONE = new UserHashes(new long[0]);

    private final long[] hashes;

    private UserHashes(long[] hashes) {
        this.hashes = hashes;
    }

    /** Of these, in any order. */
    public static UserHashes of(long... hashes) {
        if (hashes.length == 0) {
            return NONE;
        }
        return new UserHashes(LongStream.of(hashes)
                .map(hash -> hash ^ Long.MIN_VALUE)
                .sorted()
                .distinct()
                .map(hash -> hash ^ Long.MIN_VALUE)
                .toArray());
    }

    /** Reads 16 hexadecimal digits for each. */
    static UserHashes parse(List<String> texts) {
        return of(texts.stream()
                .mapToLong(text -> {
                    if (text.length() != 16) {
                        throw new NumberFormatException("a hash has 16 hexadecimal digits, was '" + text + "'");
                    }
                    return Long.parseUnsignedLong(text, 16);
                })
                .toArray());
    }

    List<String> texts() {
        return stream().mapToObj(hash -> String.format("%016x", hash)).toList();
    }

    /** One by one. */
    public LongStream stream() {
        return Arrays.stream(hashes);
    }

    public int size() {
        return hashes.length;
    }

    public boolean isEmpty() {
        return hashes.length == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UserHashes that && Arrays.equals(hashes, that.hashes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hashes);
    }

    @Override
    public String toString() {
        return texts().toString();
    }
}
