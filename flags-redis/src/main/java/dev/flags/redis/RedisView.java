package dev.flags.redis;

import dev.flags.redis.RedisReading.Base;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a planner sees. Its reads are not of one moment: when something was committed between them, the head is another one than
 * this, which whoever made this view finds out before anything comes of the plan. Each thing is read once. Not thread-safe; valid
 * only while its connection is.
 */
final class RedisView implements Storage.View {
    /** Whoever reads more flags than these one by one gets the others too: a restore touches thousands. */
    private static final int FEW = 20;

    private final RedisReading reading;
    private final Base base;
    private final Head head;
    private final Map<String, Optional<StoredFlag>> read = new HashMap<>();
    private @Nullable List<StoredFlag> all;

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
        Optional<StoredFlag> known = read.get(key);
        if (known == null && all == null && read.size() >= FEW) {
            flags();
            known = read.get(key);
        }
        if (known == null) {
            known = all == null ? Optional.ofNullable(reading.flag(key)) : Optional.empty();
            read.put(key, known);
        }
        return known.orElse(null);
    }

    @Override
    public List<StoredFlag> flags() {
        if (all == null) {
            all = reading.flags();
            all.forEach(flag -> read.put(flag.key(), Optional.of(flag)));
        }
        return all;
    }

    @Override
    public List<StoredSegment> segments() {
        return reading.segments();
    }

    @Override
    public @Nullable String settings() {
        return base.meta().isThere() ? base.meta().settings() : reading.log().settings();
    }

    @Override
    public List<StoredEntry> entriesBefore(long revision, int limit, Optional<String> touching) {
        if (limit == 1 && touching.isEmpty() && revision > head.revision()) {
            return base.last().map(RedisLog.Entry::stored).map(List::of).orElse(List.of());
        }
        return reading.log().before(Math.min(revision, head.revision() + 1), limit, touching);
    }
}
