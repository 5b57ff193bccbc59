package dev.flags.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text for a person in 80 columns. What is added is made safe to print; a word that is longer than a line is broken. Not thread-safe. */
final class Paragraphs {
    static final int WIDTH = 80;
    private static final int NAME = 12;
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final Shell shell;
    private final StringBuilder text = new StringBuilder();

    Paragraphs(Shell shell) {
        this.shell = shell;
    }

    /** A heading, after an empty line. */
    Paragraphs heading(String name) {
        text.append('\n').append(name).append('\n');
        return this;
    }

    /** A line that is laid out already. */
    Paragraphs line(String line) {
        text.append(line.stripTrailing()).append('\n');
        return this;
    }

    /** A name and its value, which goes on below itself. */
    Paragraphs named(String name, String value) {
        return item(name + " ".repeat(Math.max(1, NAME - name.length())), value, false);
    }

    /**
     * A text that goes on below itself, after something that stands in front of it once.
     *
     * @param alarming whether what stands in front is red where there are colours
     */
    Paragraphs item(String front, String value, boolean alarming) {
        String before = front;
        for (String line : wrap(shell.safe.line(value), WIDTH - front.length())) {
            text.append(alarming && shell.colour && !before.isBlank() ? RED + before + PLAIN : before)
                    .append(line)
                    .append('\n');
            before = " ".repeat(front.length());
        }
        return this;
    }

    private static List<String> wrap(String value, int width) {
        java.util.ArrayList<String> lines = new java.util.ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : value.split(" ", -1)) {
            String rest = word;
            if (!line.isEmpty() && length(line) + 1 + length(rest) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            while (length(rest) > width) {
                int end = rest.offsetByCodePoints(0, width);
                lines.add(rest.substring(0, end));
                rest = rest.substring(end);
            }
            line.append(line.isEmpty() ? "" : " ").append(rest);
        }
        lines.add(line.toString());
        return lines;
    }

    private static int length(@Nullable CharSequence text) {
        return text == null ? 0 : Character.codePointCount(text, 0, text.length());
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
