package dev.flags.store;

import java.time.Instant;
import java.time.LocalDate;

/** Reads times as this package writes them. */
final class TimeText {
    private static final int SECONDS = "2026-11-21T10:15:30".length();
    private static final int NANO_DIGITS = 9;

    private TimeText() {}

    /**
     * What {@link Instant#parse} says. Each instance reads a time with each commit, and the general parser is slower than all else that is
     * done with it, so the one form that an audit entry has is read by hand.
     *
     * @throws java.time.DateTimeException when it is no time
     */
    static Instant parse(String text) {
        int last = text.length() - 1;
        boolean plain = last >= SECONDS
                && last != SECONDS + 1
                && last <= SECONDS + 1 + NANO_DIGITS
                && text.charAt(last) == 'Z'
                && text.charAt(4) == '-'
                && text.charAt(7) == '-'
                && text.charAt(10) == 'T'
                && text.charAt(13) == ':'
                && text.charAt(16) == ':'
                && (last == SECONDS || text.charAt(SECONDS) == '.');
        int year = plain ? digits(text, 0, 4) : -1;
        int month = plain ? digits(text, 5, 7) : -1;
        int day = plain ? digits(text, 8, 10) : -1;
        int hour = plain ? digits(text, 11, 13) : -1;
        int minute = plain ? digits(text, 14, 16) : -1;
        int second = plain ? digits(text, 17, SECONDS) : -1;
        int fraction = plain && last > SECONDS ? digits(text, SECONDS + 1, last) : 0;
        boolean usual = year >= 0
                && month >= 0
                && day >= 0
                && fraction >= 0
                && hour >= 0
                && hour < 24
                && minute >= 0
                && minute < 60
                && second >= 0
                && second < 60;
        if (!usual) {
            return Instant.parse(text);
        }
        long nanos = fraction;
        for (int i = last - SECONDS - 1; last > SECONDS && i < NANO_DIGITS; i++) {
            nanos *= 10;
        }
        return Instant.ofEpochSecond(
                LocalDate.of(year, month, day).toEpochDay() * 86_400 + hour * 3_600L + minute * 60L + second, nanos);
    }

    /** The number that these characters are; -1 when one of them is no digit. */
    private static int digits(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
