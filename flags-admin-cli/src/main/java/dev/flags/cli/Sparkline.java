package dev.flags.cli;

import java.util.List;

/** Numbers as a line of bars of eight heights, one a number; in a locale without them, as marks that thicken. */
final class Sparkline {
    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final String MARKS = "_.:-=+*#";

    private final boolean unicode;
    private final double top;

    /**
     * @param top what the highest bar stands for; lines that are to be compared have the same
     */
    Sparkline(boolean unicode, double top) {
        this.unicode = unicode;
        this.top = top;
    }

    /** The highest of several lines' numbers. */
    static double top(List<List<Double>> lines) {
        return lines.stream()
                .flatMap(List::stream)
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    /** The last numbers, between brackets; a blank where there was none. */
    String of(List<Double> numbers, int atMost) {
        String marks = unicode ? BARS : MARKS;
        StringBuilder line = new StringBuilder("[");
        for (double number : numbers.subList(Math.max(0, numbers.size() - atMost), numbers.size())) {
            if (Double.isNaN(number)) {
                line.append(' ');
            } else {
                double share = top > 0 ? Math.max(0, Math.min(1, number / top)) : 0;
                line.append(marks.charAt((int) Math.round(share * (marks.length() - 1))));
            }
        }
        return line.append(']').toString();
    }

    /** How much of something is done, as a bar. */
    static String progress(double done, int width) {
        int full = Double.isNaN(done) ? 0 : (int) Math.floor(Math.max(0, Math.min(1, done)) * width);
        return "[" + "#".repeat(full) + "-".repeat(width - full) + "]";
    }
}
