package dev.flags.comparison;

/** What is asked of every SDK: a boolean flag each, or a flag that is not there. */
enum Question {
    FULLY_ON("fully-on", "on for everybody"),
    TEN_PERCENT("ten-percent", "10 % by user id"),
    RULE("rule-then-half", "one rule, `country` is DE; the others 50 %"),
    LISTED("listed", "a list of 1,000 user ids"),
    SEGMENT("in-segment", "a segment of 1,000 user ids"),
    PREREQUISITE("with-prerequisite", "another flag must be on"),
    UNKNOWN("no-such-flag", "a flag that is not there");

    /** The key of the flag with three variants; those who get it are divided between two of them. */
    static final String VARIANTS = "checkout-button";

    static final String SEGMENT_NAME = "pilots";

    /** The flag's key. */
    final String key;
    /** For a table. */
    final String meaning;

    Question(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }
}
