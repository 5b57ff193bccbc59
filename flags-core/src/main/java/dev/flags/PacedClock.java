package dev.flags;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock on which time passes faster than it does, so that a rehearsal of a rollout does not take hours. Processes that are given the
 * same start and pace agree on the time, as far as their machines' clocks do. Immutable. Safe for use by multiple threads.
 */
public final class PacedClock extends Clock {
    private final Instant start;
    private final int pace;
    private final ZoneId zone;
    private final InstantSource system = InstantSource.system();

    /**
     * A clock that was right at the start.
     *
     * @param start when it began to run faster
     * @param pace how many times as fast
     * @throws FlagsException when the pace is below 1
     */
    public PacedClock(Instant start, int pace) {
        this(start, pace, ZoneOffset.UTC);
    }

    private PacedClock(Instant start, int pace, ZoneId zone) {
        if (pace < 1) {
            throw new FlagsException("a clock's pace must be at least 1, was " + pace);
        }
        this.start = start;
        this.pace = pace;
        this.zone = zone;
    }

    @Override
    public Instant instant() {
        return start.plus(Duration.between(start, system.instant()).multipliedBy(pace));
    }

    /** A monotonic clock of the same pace, as {@link System#nanoTime}: for {@link FlagsBuilder#nanos}. */
    public long nanos() {
        return System.nanoTime() * pace;
    }

    /** How long something takes in real time that takes so long on this clock. */
    public Duration real(Duration duration) {
        return duration.dividedBy(pace);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return new PacedClock(start, pace, other);
    }
}
