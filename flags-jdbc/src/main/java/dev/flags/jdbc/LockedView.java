package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a planner sees while the environment is locked. A flag is read once: nobody changes it meanwhile, and a commit asks for it both to
 * work its edit out and to see what the edit has changed. Not thread-safe; valid only within the transaction.
 */
final class LockedView implements Storage.View {
    private final Reading reading;
    private final EnvironmentRow base;
    private final Instant now;
    private final Function<SQLException, FlagsException> failure;
    private final Map<String, Optional<StoredFlag>> read = new HashMap<>();

    LockedView(Reading reading, EnvironmentRow base, Instant now, Function<SQLException, FlagsException> failure) {
        this.reading = reading;
        this.base = base;
        this.now = now;
        this.failure = failure;
    }

    @Override
    public Head head() {
        return base.head();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        Optional<StoredFlag> known = read.get(key);
        if (known == null) {
            try {
                known = Optional.ofNullable(reading.flag(key));
            } catch (SQLException e) {
                throw failure.apply(e);
            }
            read.put(key, known);
        }
        return known.orElse(null);
    }

    @Override
    public List<StoredFlag> flags() {
        try {
            List<StoredFlag> all = reading.flags();
            all.forEach(flag -> read.put(flag.key(), Optional.of(flag)));
            return all;
        } catch (SQLException e) {
            throw failure.apply(e);
        }
    }

    @Override
    public List<StoredSegment> segments() {
        try {
            return reading.segments();
        } catch (SQLException e) {
            throw failure.apply(e);
        }
    }

    @Override
    public @Nullable String settings() {
        return base.settings();
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        try {
            return reading.entriesBefore(revision, limit, touching);
        } catch (SQLException e) {
            throw failure.apply(e);
        }
    }
}
