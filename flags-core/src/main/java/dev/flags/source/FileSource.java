package dev.flags.source;

import dev.flags.FlagsException;
import dev.flags.Subscription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A JSON or YAML file of flags ({@link dev.flags.model.FlagFile}), followed: by default it is looked at as often as the flags
 * poll. Editing in place, replacing it and swapping a symbolic link anywhere in its path are all noticed.
 *
 * <p>A flag that is malformed keeps its last good form and is reported; the others update. A file that is no JSON or YAML, is
 * only half written, or is gone, changes nothing: what was read before goes on being served, {@code STALE}. A file that is not
 * there at a start is picked up when it appears. One daemon thread for each following, which also does the first load. Safe for
 * use by multiple threads.
 */
public final class FileSource implements FlagSource {
    private final Path file;
    private final String name;
    private final Optional<Duration> pollInterval;
    private final List<FileFollower> followers = new CopyOnWriteArrayList<>();

    private FileSource(Path file, String name, Optional<Duration> pollInterval) {
        this.file = file;
        this.name = name;
        this.pollInterval = pollInterval;
    }

    /** A file; its layer is called like the file. {@code .yaml} and {@code .yml} are YAML, anything else is JSON. */
    public static FileSource of(Path file) {
        return builder(file).build();
    }

    /** A file, with a name or a poll interval of its own. */
    public static Builder builder(Path file) {
        return new Builder(file);
    }

    /** Builds a {@link FileSource}. Not thread-safe; confine it to one thread. */
    public static final class Builder {
        private final Path file;
        private String name;
        private Optional<Duration> pollInterval = Optional.empty();

        private Builder(Path file) {
            this.file = file;
            this.name = String.valueOf(file.getFileName());
        }

        /** The layer's name; by default the file's. */
        public Builder name(String layer) {
            this.name = layer;
            return this;
        }

        /** How often to look; by default as often as the flags poll. */
        public Builder pollInterval(Duration interval) {
            if (interval.isNegative() || interval.isZero()) {
                throw new FlagsException("the poll interval must be positive, was " + interval);
            }
            this.pollInterval = Optional.of(interval);
            return this;
        }

        public FileSource build() {
            return new FileSource(file, name, pollInterval);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Subscription follow(FollowOptions options, SourceListener listener) {
        Duration interval = pollInterval.orElse(options.pollInterval());
        FileFollower follower = new FileFollower(file, name, interval, options.clock(), listener);
        followers.add(follower);
        follower.start();
        return () -> {
            follower.close();
            followers.remove(follower);
        };
    }

    @Override
    public void close() {
        followers.forEach(FileFollower::close);
        followers.clear();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
