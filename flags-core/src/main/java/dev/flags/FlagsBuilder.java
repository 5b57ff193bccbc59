package dev.flags;

import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Builds {@link Flags}. Not thread-safe; confine it to one thread. */
public final class FlagsBuilder {
    private final List<FlagSource> layers = new ArrayList<>();
    private FollowOptions options = FollowOptions.DEFAULT;
    private StartupPolicy startup = StartupPolicy.DEFAULT;

    FlagsBuilder() {}

    /** Adds a layer below those added before: the first one has the highest precedence. The caller closes the source. */
    public FlagsBuilder layer(FlagSource source) {
        layers.add(source);
        return this;
    }

    /** Adds layers below those added before, in order of precedence. */
    public FlagsBuilder layers(List<? extends FlagSource> sources) {
        layers.addAll(sources);
        return this;
    }

    /** Where stores save what they loaded, to be served at a start without the store. By default nowhere. */
    public FlagsBuilder snapshotDirectory(Path directory) {
        options = new FollowOptions(
                Optional.of(directory), options.maxSnapshotAge(), options.pollInterval(), options.clock());
        return this;
    }

    /** The age above which a saved snapshot is refused. By default 7 days. */
    public FlagsBuilder maxSnapshotAge(Duration age) {
        options = new FollowOptions(options.snapshotDirectory(), age, options.pollInterval(), options.clock());
        return this;
    }

    /** How often sources without push look for changes. By default 1 s. */
    public FlagsBuilder pollInterval(Duration interval) {
        options = new FollowOptions(options.snapshotDirectory(), options.maxSnapshotAge(), interval, options.clock());
        return this;
    }

    /** What {@link #build} does until every layer is loaded. By default {@link StartupPolicy#DEFAULT}. */
    public FlagsBuilder startup(StartupPolicy policy) {
        startup = policy;
        return this;
    }

    /** This process' clock, for ages. By default the system's. */
    public FlagsBuilder clock(Clock clock) {
        options =
                new FollowOptions(options.snapshotDirectory(), options.maxSnapshotAge(), options.pollInterval(), clock);
        return this;
    }

    /**
     * Starts following all layers.
     *
     * @throws FlagsException when two layers have the same name, or when the policy is to fail fast and a layer was not loaded in
     *     time
     */
    public Flags build() {
        LayeredFlags flags = new LayeredFlags(List.copyOf(layers), options);
        flags.start(startup);
        return flags;
    }
}
