package dev.flags.rollout.controller;

import java.time.Duration;

/** Durations for people. */
final class Durations {
    private Durations() {}

    /** Whole seconds, with units: {@code 1h 15m}, {@code 90s} as {@code 1m 30s}, {@code 0s}. */
    static String text(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toHours(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(text.isEmpty() ? "" : " ").append(amount).append(unit);
        }
    }
}
