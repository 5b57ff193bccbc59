package dev.flags.rollout;

import dev.flags.model.InvalidFlagException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The words of one guard, read from left to right. Not thread-safe; confine it to one thread. */
final class Tokens {
    private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z0-9][A-Za-z0-9._-]*):(?=\\s|$)");
    private static final Pattern WORD = Pattern.compile("->|[<>]=?|[^\\s<>]+?(?=->|[<>\\s]|$)");
    private static final int SHOWN = 60;

    private final String text;
    private final Optional<String> name;
    private final List<String> words = new ArrayList<>();
    private final List<Integer> positions = new ArrayList<>();
    private int next;

    Tokens(String text) {
        this.text = text;
        Matcher named = NAME.matcher(text);
        boolean isNamed = named.lookingAt();
        this.name = isNamed ? Optional.of(named.group(1)) : Optional.empty();
        Matcher word = WORD.matcher(text).region(isNamed ? named.end() : 0, text.length());
        while (word.find()) {
            words.add(word.group());
            positions.add(word.start());
        }
    }

    /** What stands before the colon. */
    Optional<String> name() {
        return name;
    }

    boolean atEnd() {
        return next == words.size();
    }

    /** The next word, or an empty text at the end; it stays. */
    String peek() {
        return atEnd() ? "" : words.get(next);
    }

    String take(String expected) {
        if (atEnd()) {
            throw problem(text.length(), "ends where " + expected + " is expected");
        }
        return words.get(next++);
    }

    /** Takes the next word when it is this one. */
    boolean takes(String word) {
        boolean is = peek().equals(word);
        if (is) {
            next++;
        }
        return is;
    }

    void require(String word) {
        if (!takes(word)) {
            take("'" + word + "'");
            throw wrong("'" + word + "'");
        }
    }

    /** What {@code reader} makes of the next word. */
    <T> T read(String expected, Function<String, Optional<T>> reader) {
        return reader.apply(take(expected)).orElseThrow(() -> wrong(expected));
    }

    BigDecimal percent() {
        return read("a percentage such as 5%", ShareText::percent);
    }

    double number(String expected) {
        return read(expected, ShareText::number).doubleValue();
    }

    Duration duration() {
        return read(DurationText.EXPECTED, DurationText::parse);
    }

    /** Words up to one that does not end with a comma: {@code A,B} or {@code A, B}. */
    List<String> list(String expected) {
        StringBuilder joined = new StringBuilder(take(expected));
        while (joined.charAt(joined.length() - 1) == ',' || peek().startsWith(",")) {
            joined.append(take(expected));
        }
        return List.of(joined.toString().split(",", -1));
    }

    /** That the word taken last is not what it should be. */
    InvalidFlagException wrong(String expected) {
        int at = Math.max(0, next - 1);
        return problem(positions.get(at), "has '" + shown(words.get(at)) + "' where " + expected + " is expected");
    }

    private InvalidFlagException problem(int position, String message) {
        return new InvalidFlagException(
                "rule", message + ", at character " + (position + 1) + " of '" + shown(text) + "'");
    }

    private static String shown(String said) {
        return said.length() > SHOWN ? said.substring(0, SHOWN) + "…" : said;
    }
}
