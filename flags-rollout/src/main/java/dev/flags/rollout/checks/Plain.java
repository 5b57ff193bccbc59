package dev.flags.rollout.checks;

/** Text from outside on one line of a message: short, and without characters that move a cursor or hide others. */
final class Plain {
    private static final int LONGEST = 300;

    private Plain() {}

    static String line(String text) {
        return line(text, LONGEST);
    }

    static String line(String text, int longest) {
        StringBuilder line = new StringBuilder();
        boolean blank = false;
        for (int i = 0; i < text.length() && line.length() < longest; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (Character.isWhitespace(c) || Character.isISOControl(c)) {
                blank = !line.isEmpty();
            } else if (isShown(c)) {
                if (blank) {
                    line.append(' ');
                    blank = false;
                }
                line.appendCodePoint(c);
            }
        }
        return line.length() < longest ? line.toString() : line.append('…').toString();
    }

    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            // directional and zero-width marks, separators, halves of pairs
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                false;
            default -> true;
        };
    }
}
