package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a planner sees while the environment is locked. Not thread-safe; valid only within the transaction. */
final class LockedView implements Storage.View {
    private final Reading reading;
    private final EnvironmentRow base;
    private final Instant now;
    private final Function<SQLException, FlagsException> failure;

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
        try {
            return reading.flag(key);
        } catch (SQLException e) {
            throw failure.apply(e);
        }
    }

    @Override
    public List<StoredFlag> flags() {
        try {
            return reading.flags();
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
