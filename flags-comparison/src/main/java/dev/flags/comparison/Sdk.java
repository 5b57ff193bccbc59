package dev.flags.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What is compared: an SDK, and how it is configured. */
enum Sdk {
    FLAGS("flags", EnumSet.allOf(Question.class), true, FlagsContender::write, FlagsContender::open),
    LAUNCHDARKLY(
            "LaunchDarkly",
            EnumSet.allOf(Question.class),
            true,
            LaunchDarklyContender::write,
            LaunchDarklyContender::withoutEvents),
    LAUNCHDARKLY_WITH_EVENTS(
            "LaunchDarkly, events",
            EnumSet.allOf(Question.class),
            true,
            LaunchDarklyContender::write,
            LaunchDarklyContender::withEvents),
    UNLEASH("Unleash", EnumSet.allOf(Question.class), true, UnleashContender::write, UnleashContender::withoutExecutor),
    UNLEASH_WITH_EXECUTOR(
            "Unleash, executor", EnumSet.allOf(Question.class), true, UnleashContender::write, UnleashContender::open),
    TOGGLZ("Togglz", TogglzContender.QUESTIONS, false, TogglzContender::write, TogglzContender::inMemory),
    TOGGLZ_CACHED("Togglz, cache", TogglzContender.QUESTIONS, false, TogglzContender::write, TogglzContender::cached),
    TOGGLZ_FROM_FILE("Togglz", TogglzContender.QUESTIONS, false, TogglzContender::write, TogglzContender::fromFile);

    /** Whose decisions are measured: everything is in memory. */
    static final Set<Sdk> IN_MEMORY = Collections.unmodifiableSet(EnumSet.complementOf(EnumSet.of(TOGGLZ_FROM_FILE)));

    /** Whose start is measured, from a file of the SDK's own form. */
    static final Set<Sdk> FROM_FILE =
            Collections.unmodifiableSet(EnumSet.of(FLAGS, LAUNCHDARKLY, UNLEASH, TOGGLZ_FROM_FILE));

    /** For a table's head. */
    final String title;
    /** What it can be asked without code of one's own. */
    final Set<Question> questions;

    final boolean hasVariants;
    private final Writing writing;
    private final Opening opening;

    Sdk(String title, Set<Question> questions, boolean hasVariants, Writing writing, Opening opening) {
        this.title = title;
        this.questions = questions;
        this.hasVariants = hasVariants;
        this.writing = writing;
        this.opening = opening;
    }

    /** Writes the flags that are asked for, and others up to this number, in the form that the SDK reads. */
    void write(Path file, int flags) throws IOException {
        writing.write(file, flags);
    }

    /** Loads them; what it returns is ready to be asked. */
    @SuppressWarnings("unchecked") // a contender is only handed what it made itself
    Contender<Object, Object> open(Path file) throws IOException {
        return (Contender<Object, Object>) opening.open(file);
    }

    /** Whether this is a second configuration of an SDK, to see what the difference is: it is asked two questions only. */
    boolean isSecond() {
        return this == LAUNCHDARKLY_WITH_EVENTS || this == UNLEASH_WITH_EXECUTOR || this == TOGGLZ_CACHED;
    }

    /** Which decisions are measured. */
    Set<Question> measured() {
        return isSecond() ? EnumSet.of(Question.FULLY_ON, Question.TEN_PERCENT) : questions;
    }

    /** How long the compiler needs, in warm-up iterations: through native code and direct buffers it takes seconds longer. */
    int warmUp() {
        return this == UNLEASH || this == UNLEASH_WITH_EXECUTOR ? 16 : 4;
    }

    private interface Writing {
        void write(Path file, int flags) throws IOException;
    }

    private interface Opening {
        Contender<?, ?> open(Path file) throws IOException;
    }
}
