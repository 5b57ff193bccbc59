package dev.flags.rollout.controller;

import dev.flags.FlagsException;
import java.time.Duration;

/**
 * How quickly a controller goes. Durations are of the store's clock; {@link #speed} says how many of its seconds go by in a second of
 * this process, which is 1 except where a store was given a faster clock. Immutable.
 *
 * @param tick from one look at all rollouts to the next
 * @param lease how long the lease is taken for
 * @param renew how often it is prolonged
 * @param giveUp a holder who could not prolong it for so long, on his own monotonic clock, holds it no longer; below {@code lease}
 * @param fresh a raise needs evidence, and answers of checks, that are no older
 * @param calm a rollout on hold goes on by itself when all guards were healthy for so long
 * @param look how long a level of a gradual rollback is watched at least before it goes lower
 * @param settle how much of the first stage is watched before the bound is fixed by which latency is compared
 * @param afterwards how long a flag is watched after its rollout has ended
 * @param speed above 0
 */
public record ControllerSettings(
        Duration tick,
        Duration lease,
        Duration renew,
        Duration giveUp,
        Duration fresh,
        Duration calm,
        Duration look,
        Duration settle,
        Duration afterwards,
        double speed) {
    /**
     * Tick 2 s; lease 15 s, prolonged every 5 s, given up after 10 s; fresh 30 s; calm 30 s; look 30 s; settle 2 min; afterwards 30 min.
     */
    public static final ControllerSettings DEFAULT = new ControllerSettings(
            Duration.ofSeconds(2),
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(30),
            1);

    public ControllerSettings {
        if (giveUp.compareTo(lease) >= 0) {
            throw new FlagsException("a lease of " + lease + " must be given up before it ends, not after " + giveUp);
        }
        if (tick.isNegative() || tick.isZero() || !(speed > 0)) {
            throw new FlagsException("the tick and the speed of a controller must be above zero");
        }
    }

    /** With a lease of another length: prolonged three times in it, given up after two thirds of it. */
    public ControllerSettings withLease(Duration length) {
        return new ControllerSettings(
                tick,
                length,
                length.dividedBy(3),
                length.multipliedBy(2).dividedBy(3),
                fresh,
                calm,
                look,
                settle,
                afterwards,
                speed);
    }

    /** With another tick. */
    public ControllerSettings withTick(Duration length) {
        return new ControllerSettings(length, lease, renew, giveUp, fresh, calm, look, settle, afterwards, speed);
    }

    /** For a store whose clock is so many times faster than this process'. */
    public ControllerSettings atSpeed(double factor) {
        return new ControllerSettings(tick, lease, renew, giveUp, fresh, calm, look, settle, afterwards, factor);
    }

    /** What a duration of the store's clock is in this process. */
    long nanos(Duration ofStore) {
        return (long) (ofStore.toNanos() / speed);
    }
}
