package dev.flags.outcomes;

import dev.flags.FlagsException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Failures by code. How many codes are told apart is bounded. Safe for use by multiple threads; one at a time may take. */
final class Codes {
    /** Stands for codes beyond the bound, and for those that are no code. */
    static final String OTHER = "(other)";

    static final int MAX_CODES = 32;
    private static final int MAX_LENGTH = 64;

    private final ConcurrentMap<String, Taken> counts = new ConcurrentHashMap<>();

    static String require(String code) {
        if (!isCode(code)) {
            throw new FlagsException("a code must be 1 to " + MAX_LENGTH + " printable ASCII characters without space");
        }
        return code;
    }

    private static boolean isCode(String code) {
        return !code.isEmpty() && code.length() <= MAX_LENGTH && code.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    void count(String code) {
        Taken count = counts.get(code);
        if (count == null) {
            String told = isCode(code) && counts.size() < MAX_CODES ? code : OTHER;
            count = counts.computeIfAbsent(told, unused -> new Taken());
        }
        count.increment();
    }

    /** What was counted since it was last asked. */
    Map<String, Long> take() {
        Map<String, Long> taken = new TreeMap<>();
        counts.forEach((code, count) -> {
            long since = count.take();
            if (since != 0) {
                taken.put(code, since);
            }
        });
        return taken;
    }
}
