package dev.flags;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the logger back until there is a line to write: starting a logging system can take longer than loading all flags. */
final class Logs {
    static final Logger RUNTIME = LoggerFactory.getLogger(Flags.class);

    private Logs() {}

    /** Text from elsewhere, perhaps from a request, must neither forge lines of the log nor flood it. */
    static String printable(String text, int most) {
        int length = Math.min(text.length(), most);
        StringBuilder shown = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            shown.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return text.length() > length ? shown.append("...").toString() : shown.toString();
    }
}
