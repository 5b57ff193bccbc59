package dev.flags.model;

import java.util.Collection;

/** How long texts and lists may be, and of what characters. */
final class TextRules {
    private TextRules() {}

    static void optional(Problems at, String text, int longest) {
        if (text.length() > longest) {
            at.add("is " + text.length() + " characters long, at most " + longest + " are allowed");
        }
        if (!JsonValues.isWhole(text)) {
            at.add("holds half of a surrogate pair");
        }
    }

    static void required(Problems at, String text, int longest) {
        if (text.isEmpty()) {
            at.add("must not be empty");
        }
        optional(at, text, longest);
    }

    static void targetingKeys(Problems at, Collection<String> keys) {
        count(at, keys.size(), FlagLimits.VALUES);
        int i = 0;
        for (String key : keys) {
            required(at.at(i++), key, FlagLimits.TARGETING_KEY);
        }
    }

    static void count(Problems at, int count, int most) {
        if (count > most) {
            at.add("has " + count + " elements, at most " + most + " are allowed");
        }
    }

    /** A text from a document as messages show it: not too long. */
    static String shown(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
