package dev.flags.admin;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Targeting keys, one a line: UTF-8, white space around a key is cut, empty lines and lines that begin with {@code #} say nothing.
 * Holds one line at a time, of a bounded length, however long the input is. Not thread-safe; confine it to one thread.
 */
final class MemberLines {
    private static final int MOST_PROBLEMS = 20;

    /** Characters of a targeting key, as everywhere. */
    private static final int LONGEST_KEY = 1_000;

    /** Each of at most four bytes, and some white space. */
    private static final int LONGEST_LINE = 4 * LONGEST_KEY + 1_000;

    private final InputStream in;
    private final String name;
    private final byte[] buffer = new byte[1 << 16];
    private final byte[] line = new byte[LONGEST_LINE];
    private final CharBuffer text = CharBuffer.allocate(LONGEST_LINE);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final List<Problem> problems = new ArrayList<>();
    private int at;
    private int end;
    private long number;

    /**
     * @param name what the input is called in messages
     */
    MemberLines(InputStream in, String name) {
        this.in = in;
        this.name = name;
    }

    /** The next targeting key, or null at the end. What is wrong is noted, and read over. */
    @Nullable
    String next() throws IOException {
        while (problems.size() < MOST_PROBLEMS) {
            int length = readLine();
            if (length < 0) {
                return null;
            }
            number++;
            String key = length > LONGEST_LINE ? tooLong() : key(length);
            if (key != null) {
                return key;
            }
        }
        return null;
    }

    /** Whether all so far was as it should be. */
    boolean isGood() {
        return problems.isEmpty();
    }

    /** Throws what is wrong, if anything. */
    void require() {
        if (problems.size() == MOST_PROBLEMS) {
            problems.add(new Problem(name, "is not read any further"));
        }
        if (!problems.isEmpty()) {
            throw new InvalidFlagException(problems);
        }
    }

    /** The length of the line read; more than fits for one that was cut; -1 at the end. */
    private int readLine() throws IOException {
        int length = 0;
        while (true) {
            if (at == end) {
                end = in.read(buffer);
                at = 0;
                if (end <= 0) {
                    end = 0;
                    return length == 0 ? -1 : length;
                }
            }
            byte b = buffer[at++];
            if (b == '\n') {
                return length;
            }
            if (length < LONGEST_LINE) {
                line[length] = b;
            }
            length = Math.min(length + 1, LONGEST_LINE + 1);
        }
    }

    private @Nullable String key(int length) {
        text.clear();
        decoder.reset();
        if (decoder.decode(ByteBuffer.wrap(line, 0, length), text, true).isError()
                || decoder.flush(text).isError()) {
            return wrong("is not UTF-8");
        }
        String key = text.flip().toString();
        if (number == 1 && key.startsWith("\uFEFF")) {
            key = key.substring(1);
        }
        key = key.strip();
        if (key.isEmpty() || key.charAt(0) == '#') {
            return null;
        }
        if (key.length() > LONGEST_KEY) {
            return tooLong();
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c < ' ' || c == 0x7f) {
                return wrong(String.format(
                        Locale.ROOT,
                        "has the control character U+%04X at position %d; one targeting key a line, and nothing else",
                        (int) c,
                        i + 1));
            }
        }
        return key;
    }

    private @Nullable String tooLong() {
        return wrong("is longer than " + LONGEST_KEY + " characters, which no targeting key is");
    }

    private @Nullable String wrong(String message) {
        problems.add(new Problem(name + ":" + number, message));
        return null;
    }
}
