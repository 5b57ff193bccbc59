package dev.flags.source;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * How to follow. Immutable.
 *
 * @param snapshotDirectory where to save what was loaded, and to read it at a start without the store; empty: nowhere
 * @param maxSnapshotAge an older saved snapshot is refused
 * @param pollInterval how often a source without push looks
 * @param clock this process' clock, for ages
 */
public record FollowOptions(
        Optional<Path> snapshotDirectory, Duration maxSnapshotAge, Duration pollInterval, Clock clock) {
    /** Nothing saved; 7 days; 1 s; the system's clock. */
    public static final FollowOptions DEFAULT =
            new FollowOptions(Optional.empty(), Duration.ofDays(7), Duration.ofSeconds(1), Clock.systemUTC());
}
