package dev.flags.evaluation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * {@code matches}: a pattern found anywhere in the text. RE2/J takes time linear in the text whatever the pattern; what a pattern may
 * cost in memory, through repetitions of repetitions, is bounded here. The only class that touches RE2/J, which is therefore loaded when
 * the first such condition is compiled and not before.
 */
final class Patterns implements ValueTest {
    /** In characters, as if repetitions were written out; a pattern beyond it is refused. */
    static final int MAX_SIZE = 10_000;

    private final Pattern[] patterns;

    Patterns(Object[] compiled) {
        patterns = new Pattern[compiled.length];
        System.arraycopy(compiled, 0, patterns, 0, compiled.length);
    }

    /**
     * Compiles one pattern for {@link #Patterns(Object[])}.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static Object compile(String pattern, boolean ignoreCase) {
        if (writtenOut(pattern) > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "the pattern is too large: its repetitions written out come to more than " + MAX_SIZE
                            + " characters");
        }
        try {
            return Pattern.compile(pattern, ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("is no RE2 pattern: " + e.getDescription(), e);
        } catch (RuntimeException | StackOverflowError e) {
            throw new IllegalArgumentException("cannot be compiled: " + e, e);
        }
    }

    @Override
    public Match test(Object value) {
        @Nullable String text = Texts.of(value);
        if (text == null) {
            return Match.UNKNOWN;
        }
        for (Pattern pattern : patterns) {
            if (pattern.matcher(text).find()) {
                return Match.YES;
            }
        }
        return Match.NO;
    }

    /** About how long a pattern is once {@code x{n}} is written out n times; for bounding it, not for understanding it. */
    static long writtenOut(String pattern) {
        Deque<Long> outer = new ArrayDeque<>();
        long sum = 0;
        long last = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '(') {
                outer.push(sum);
                sum = 0;
                last = 0;
            } else if (c == ')' && !outer.isEmpty()) {
                last = sum + 1;
                sum = Math.min(outer.pop() + last, Integer.MAX_VALUE);
            } else if (c == '{') {
                int close = pattern.indexOf('}', i);
                long times = close < 0 ? 0 : largestNumber(pattern, i + 1, close);
                if (times > 1) {
                    sum = Math.min(sum - last + last * times, Integer.MAX_VALUE);
                    last = Math.min(last * times, Integer.MAX_VALUE);
                    i = close;
                } else {
                    sum++;
                    last = 1;
                }
            } else {
                if (pattern.startsWith("\\Q", i)) {
                    int end = pattern.indexOf("\\E", i);
                    sum += (end < 0 ? pattern.length() : end) - i;
                    i = end < 0 ? pattern.length() : end + 1;
                } else if (c == '\\') {
                    i++;
                } else if (c == '[') {
                    i = endOfClass(pattern, i);
                }
                sum++;
                last = c == '*' || c == '+' || c == '?' ? last + 1 : 1;
            }
        }
        while (!outer.isEmpty()) {
            sum = Math.min(outer.pop() + sum, Integer.MAX_VALUE);
        }
        return sum;
    }

    private static int endOfClass(String pattern, int from) {
        int i = from + 1;
        if (i < pattern.length() && pattern.charAt(i) == '^') {
            i++;
        }
        // a bracket in the first place stands for itself
        if (i < pattern.length() && pattern.charAt(i) == ']') {
            i++;
        }
        for (; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '\\') {
                i++;
            } else if (pattern.charAt(i) == ']') {
                return i;
            }
        }
        return pattern.length();
    }

    private static long largestNumber(String pattern, int from, int to) {
        long largest = 0;
        long number = 0;
        for (int i = from; i < to; i++) {
            char c = pattern.charAt(i);
            if (c >= '0' && c <= '9') {
                number = Math.min(number * 10 + (c - '0'), 1_000_000);
                largest = Math.max(largest, number);
            } else if (c == ',') {
                number = 0;
            } else {
                return 0;
            }
        }
        return largest;
    }
}
