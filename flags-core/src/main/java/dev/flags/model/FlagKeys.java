package dev.flags.model;

import java.util.Locale;
import java.util.Optional;

/** What a flag's key, a segment's name and a variant's name may look like. Safe for use by multiple threads. */
public final class FlagKeys {
    /** The longest key. */
    public static final int MAX_LENGTH = 100;

    private FlagKeys() {}

    /** What is wrong with a key, if anything: it takes 1..100 of A–Z a–z 0–9 . _ - and begins with a letter or digit. */
    public static Optional<String> problemWith(String key) {
        if (key.isEmpty()) {
            return Optional.of("must not be empty");
        }
        if (key.length() > MAX_LENGTH) {
            return Optional.of("is " + key.length() + " characters long, at most " + MAX_LENGTH + " are allowed");
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return Optional.of(String.format(
                        Locale.ROOT,
                        "has the character U+%04X at position %d; use letters, digits, '.', '_' and '-', beginning with a letter or"
                                + " digit",
                        (int) c,
                        i + 1));
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the key when it is valid.
     *
     * @throws InvalidFlagException otherwise
     */
    public static String require(String key) {
        problemWith(key).ifPresent(message -> {
            throw new InvalidFlagException("key", message);
        });
        return key;
    }
}
