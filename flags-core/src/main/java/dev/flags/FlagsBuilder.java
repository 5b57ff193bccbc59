package dev.flags;

import dev.flags.outcomes.BreakerPolicy;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Builds {@link Flags}. Not thread-safe; confine it to one thread.
 *
 * <p>By default: no layer, nothing saved, saved snapshots of at most 7 days, polling each second, at most 2 s for the first
 * load, memberships of large segments of 100,000 targeting keys, fetched again after 10 minutes, the system's clock.
 */
public final class FlagsBuilder {
    private final List<LayerSource> layers = new ArrayList<>();
    private String environment = "default";
    private Optional<Path> snapshotDirectory = FollowOptions.DEFAULT.snapshotDirectory();
    private Duration maxSnapshotAge = FollowOptions.DEFAULT.maxSnapshotAge();
    private Duration pollInterval = FollowOptions.DEFAULT.pollInterval();
    private StartupPolicy startup = StartupPolicy.waitUpTo(Duration.ofSeconds(2));
    private MembershipCache.MembershipOptions memberships = MembershipCache.MembershipOptions.DEFAULT;
    private Clock clock = FollowOptions.DEFAULT.clock();
    private BreakerPolicy breaker = BreakerPolicy.DEFAULT;
    private LongSupplier nanos = System::nanoTime;

    /**
     * A layer's source.
     *
     * @param owned whether it is closed together with the flags
     */
    record LayerSource(FlagSource source, boolean owned) {}

    FlagsBuilder() {}

    /** The environment's name, for the log. */
    public FlagsBuilder environment(String name) {
        this.environment = name;
        return this;
    }

    /** Adds a layer below those added before: the first has the highest precedence. It is closed together with the flags. */
    public FlagsBuilder layer(FlagSource source) {
        layers.add(new LayerSource(source, true));
        return this;
    }

    /** As {@link #layer}, for a source that something else uses too and closes: {@link Flags#close()} only stops following it. */
    public FlagsBuilder sharedLayer(FlagSource source) {
        layers.add(new LayerSource(source, false));
        return this;
    }

    /** Adds layers in order of precedence. They are closed together with the flags. */
    public FlagsBuilder layers(List<? extends FlagSource> sources) {
        for (FlagSource source : sources) {
            layer(source);
        }
        return this;
    }

    /** Where stores save what they have loaded, for a start while they are down. */
    public FlagsBuilder snapshotDirectory(Path directory) {
        this.snapshotDirectory = Optional.of(directory);
        return this;
    }

    /** An older saved snapshot is refused. */
    public FlagsBuilder maxSnapshotAge(Duration age) {
        this.maxSnapshotAge = age;
        return this;
    }

    /** How often a source without push looks for a change. */
    public FlagsBuilder pollInterval(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new FlagsException("the poll interval must be positive, was " + interval);
        }
        this.pollInterval = interval;
        return this;
    }

    /**
     * Of how many targeting keys the memberships of large segments are kept in memory, for each store; by default 100,000. Those asked
     * for least are forgotten first.
     */
    public FlagsBuilder membershipCacheSize(int targetingKeys) {
        if (targetingKeys < 1) {
            throw new FlagsException("the membership cache must hold at least one targeting key, was " + targetingKeys);
        }
        this.memberships = new MembershipCache.MembershipOptions(targetingKeys, memberships.refresh());
        return this;
    }

    /**
     * After about how long a membership of a large segment is fetched again, in the background and only if it is asked for; by default 10
     * minutes. An import is not waited for: it is noticed at once.
     */
    public FlagsBuilder membershipRefresh(Duration age) {
        if (age.isNegative() || age.isZero()) {
            throw new FlagsException("the refresh of memberships must be positive, was " + age);
        }
        this.memberships = new MembershipCache.MembershipOptions(memberships.size(), age);
        return this;
    }

    /** What to do about layers that take long to load, or cannot be loaded. */
    public FlagsBuilder startup(StartupPolicy policy) {
        this.startup = policy;
        return this;
    }

    /** When this process keeps itself from a flag's new path; by default {@link BreakerPolicy#DEFAULT}. */
    public FlagsBuilder breaker(BreakerPolicy policy) {
        this.breaker = policy;
        return this;
    }

    /** What durations are measured by, in nanoseconds, as {@link System#nanoTime}: for tests and rehearsals, see {@link PacedClock}. */
    public FlagsBuilder nanos(LongSupplier monotonicClock) {
        this.nanos = monotonicClock;
        return this;
    }

    /** This process' clock, for ages. */
    public FlagsBuilder clock(Clock processClock) {
        this.clock = processClock;
        return this;
    }

    /**
     * Starts following the layers.
     *
     * @throws FlagsException with {@link StartupPolicy#failFast} when a layer has nothing to serve in time; everything that was
     *     started has ended then
     */
    public Flags build() {
        FollowOptions options = new FollowOptions(snapshotDirectory, maxSnapshotAge, pollInterval, clock);
        LayeredFlags flags = new LayeredFlags(environment, List.copyOf(layers), options, memberships, breaker, nanos);
        try {
            flags.start(startup);
        } catch (RuntimeException | Error e) {
            flags.close();
            throw e;
        }
        return flags;
    }
}
