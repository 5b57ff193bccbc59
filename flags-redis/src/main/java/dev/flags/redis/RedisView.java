package dev.flags.redis;

import dev.flags.redis.Meta.LogEntry;
import dev.flags.redis.RedisReading.Base;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a planner sees. Its reads are not of one moment: when something was committed between them, the commit's script finds
 * another head than this one's and writes nothing. Not thread-safe; valid only while its connection is.
 */
final class RedisView implements Storage.View {
    private final RedisReading reading;
    private final Base base;
    private final Head head;

    RedisView(RedisReading reading, Base base, Head head) {
        this.reading = reading;
        this.base = base;
        this.head = head;
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public Instant now() {
        return base.now();
    }

    @Override
    public @Nullable StoredFlag flag(String key) {
        return reading.flag(key);
    }

    @Override
    public List<StoredFlag> flags() {
        return reading.flags();
    }

    @Override
    public List<StoredSegment> segments() {
        return reading.segments();
    }

    @Override
    public @Nullable String settings() {
        return base.meta().isThere() ? base.meta().settings() : reading.settingsInLog();
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        if (limit == 1 && touching.isEmpty() && revision > head.revision()) {
            return base.last().map(LogEntry::stored).map(List::of).orElse(List.of());
        }
        return reading.entriesBefore(Math.min(revision, head.revision() + 1), limit, touching);
    }
}
