package dev.flags.cli;

/**
 * Text from flags, users and reasons as Markdown that shows it and does nothing else: no markup, no HTML, no link, no new line or cell. Bare
 * addresses may still become links where the reader's program makes them. Immutable.
 */
final class Markdown {
    private static final String MARKUP = "\\`*_{}[]()#|~$!";

    private final Safe safe;

    Markdown(Safe safe) {
        this.safe = safe;
    }

    String text(String text) {
        String shown = safe.line(text);
        StringBuilder out = new StringBuilder(shown.length() + 8);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                default -> out.append(MARKUP.indexOf(c) >= 0 ? "\\" : "").append(c);
            }
        }
        return out.toString();
    }
}
