package dev.flags.cli;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.util.Locale;

/**
 * Makes text from flags, users and reasons harmless to print: a control character could move the cursor or retitle the
 * terminal, a bidi override could show a name as another one, and a character that the locale cannot write would come out as
 * a question mark. All of them are shown as {@code \}{@code uXXXX}.
 */
final class Safe {
    private final CharsetEncoder encoder;
    private final boolean unicode;

    Safe(Charset charset) {
        this.encoder = charset.newEncoder();
        this.unicode = charset.name().toUpperCase(Locale.ROOT).startsWith("UTF");
    }

    /** Whether arrows, bars and ellipses can be written as well. */
    boolean unicode() {
        return unicode;
    }

    /** One line: line breaks and tabs are escaped too. */
    String line(String text) {
        return escape(text, false);
    }

    /** Several lines: line breaks and tabs stay. */
    String lines(String text) {
        return escape(text, true);
    }

    /**
     * JSON text (or a YAML double-quoted scalar) whose strings hold no such character. Its meaning does not change: outside
     * strings there are only ASCII characters, and inside them the escape is JSON's own.
     */
    String json(String json) {
        return escape(json, true);
    }

    private String escape(String text, boolean keepLines) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            int length = Character.charCount(c);
            boolean keep = (isHarmless(c) && (c < 128 || canWrite(c))) || (keepLines && (c == '\n' || c == '\t'));
            if (!keep && out == null) {
                out = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (out != null) {
                if (keep) {
                    out.appendCodePoint(c);
                } else {
                    for (int u = i; u < i + length; u++) {
                        out.append(String.format("\\u%04x", (int) text.charAt(u)));
                    }
                }
            }
            i += length;
        }
        return out == null ? text : out.toString();
    }

    private boolean canWrite(int c) {
        return unicode
                ? c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE
                : encoder.canEncode(Character.toString(c));
    }

    static boolean isHarmless(int c) {
        if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
            return false; // C0, DEL, C1
        }
        // soft hyphen, Arabic letter mark, zero-width and directional marks, line separators, embeddings and overrides,
        // isolates and invisible operators, byte order mark, interlinear annotations, tags
        return c != 0xad
                && c != 0x61c
                && (c < 0x200b || c > 0x200f)
                && (c < 0x2028 || c > 0x202e)
                && (c < 0x2060 || c > 0x206f)
                && c != 0xfeff
                && (c < 0xfff9 || c > 0xfffb)
                && (c < 0xe0000 || c > 0xe007f);
    }
}
