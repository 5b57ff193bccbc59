package dev.flags.evaluation;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code in}: equal to any of the values. Texts are equal as texts, numbers by value whatever their Java types, and a number equals
 * the text that writes it, because ids are numbers in one place and texts in the next.
 */
final class InTest implements ValueTest {
    private final Set<String> texts;
    private final Numbers[] numbers;

    InTest(List<Object> values, boolean ignoreCase) {
        texts = ignoreCase ? new TreeSet<>(String.CASE_INSENSITIVE_ORDER) : new HashSet<>();
        List<Numbers> found = new ArrayList<>();
        for (Object value : values) {
            @Nullable String text = Texts.of(value);
            if (text != null) {
                texts.add(text);
            }
            @Nullable Numbers number = Numbers.of(value);
            if (number != null) {
                found.add(number);
            }
        }
        numbers = found.toArray(Numbers[]::new);
    }

    @Override
    public Match test(Object value) {
        if (value instanceof Number number) {
            if (!Numbers.isComparable(number)) {
                return Match.UNKNOWN;
            }
            for (Numbers candidate : numbers) {
                if (candidate.compareFrom(number) == 0) {
                    return Match.YES;
                }
            }
            return Match.NO;
        }
        if (value instanceof Map) {
            return Match.UNKNOWN;
        }
        @Nullable String text = Texts.of(value);
        return text == null ? Match.UNKNOWN : Match.of(texts.contains(text));
    }
}
