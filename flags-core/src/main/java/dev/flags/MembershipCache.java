package dev.flags;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.flags.LargeSegment.Answer;
import dev.flags.evaluation.Memberships;
import dev.flags.model.Problem;
import dev.flags.model.SegmentVersion;
import dev.flags.source.MemberLookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the members of one layer's large segments, by targeting key.
 *
 * <p>An evaluating thread reads the cache, and hands in a request for what is not there; one {@link MembershipFetcher} a layer,
 * whose thread starts with the layer's first large segment, fetches and is the only one that writes. Nothing is taken away because it
 * is old: an answer found in an earlier version of the segment, or a while ago, is given until a newer one has come, so that
 * neither an import nor a store that is down makes anybody's membership unknown who was known. Only the size is bounded: what is
 * asked for least goes first.
 *
 * <p>Time is counted in ticks that the fetching thread makes, because reading a clock costs more than reading the cache. Caffeine is
 * loaded when the first answer has come. Safe for use by multiple threads.
 */
final class MembershipCache implements Memberships, AutoCloseable {
    /** An answer is asked for anew after so many ticks. */
    static final int TICKS_TO_REFRESH = 4;

    private final MemberLookup lookup;
    private final MembershipOptions options;
    private final String layer;
    private final LongAdder known = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder unknown = new LongAdder();

    /** By name; written when snapshots are compiled, one thread at a time. */
    private final Map<String, LargeSegment> segments = new ConcurrentHashMap<>();

    private volatile @Nullable Cache<String, @Nullable Answer[]> answers;
    private volatile @Nullable MembershipFetcher fetcher;
    private volatile @Nullable Runnable upkeep;
    private volatile int now;

    MembershipCache(String layer, MemberLookup lookup, MembershipOptions options) {
        this.layer = layer;
        this.lookup = lookup;
        this.options = options;
    }

    /**
     * How much is kept and how soon it is asked for anew.
     *
     * @param size of how many targeting keys, for each layer
     * @param refresh after how long an answer is asked for anew, about
     */
    record MembershipOptions(int size, Duration refresh) {
        static final MembershipOptions DEFAULT = new MembershipOptions(100_000, Duration.ofMinutes(10));

        Duration tick() {
            Duration tick = refresh.dividedBy(TICKS_TO_REFRESH);
            return tick.toMillis() > 0 ? tick : Duration.ofMillis(1);
        }
    }

    @Override
    public synchronized Members of(String name, SegmentVersion version) {
        MembershipFetcher running = fetcher;
        if (running == null) {
            running = new MembershipFetcher(layer, lookup, this, options.tick());
            fetcher = running;
            running.start();
        }
        LargeSegment segment = segments.get(name);
        if (segment == null) {
            segment = new LargeSegment(name, segments.size(), version);
            segments.put(name, segment);
        } else if (!segment.current.equals(version)) {
            segment.current = version;
        }
        return new Asked(segment, running);
    }

    private final class Asked implements Members {
        private final LargeSegment segment;
        private final MembershipFetcher running;

        Asked(LargeSegment segment, MembershipFetcher running) {
            this.segment = segment;
            this.running = running;
        }

        @Override
        public Known ask(String targetingKey) {
            Answer answer = answer(segment, targetingKey);
            if (answer == null) {
                unknown.increment();
                running.request(segment, targetingKey);
                return Known.UNKNOWN;
            }
            if (isFresh(segment, answer)) {
                known.increment();
            } else {
                stale.increment();
                running.request(segment, targetingKey);
            }
            return answer.member() ? Known.YES : Known.NO;
        }
    }

    private @Nullable Answer answer(LargeSegment segment, String targetingKey) {
        Cache<String, @Nullable Answer[]> cache = answers;
        @Nullable Answer[] found = cache == null ? null : cache.getIfPresent(targetingKey);
        return found == null || found.length <= segment.index ? null : found[segment.index];
    }

    @SuppressWarnings("ReferenceEquality") // the version in force is one object, and comparing texts costs
    private boolean isFresh(LargeSegment segment, Answer answer) {
        return answer.version() == segment.current && now - answer.at() < TICKS_TO_REFRESH;
    }

    /** Whether there is nothing to fetch. */
    boolean isFresh(LargeSegment segment, String targetingKey) {
        Answer answer = answer(segment, targetingKey);
        return answer != null && isFresh(segment, answer);
    }

    boolean isKnown(LargeSegment segment, String targetingKey) {
        return answer(segment, targetingKey) != null;
    }

    /** Keeps an answer. Called by the fetching thread alone. */
    void put(LargeSegment segment, String targetingKey, Answer answer) {
        Cache<String, @Nullable Answer[]> cache = answers;
        if (cache == null) {
            cache = Caffeine.newBuilder()
                    .maximumSize(options.size())
                    // what reading leaves to be done is done by the fetching thread, when it has something to do anyway
                    .executor(task -> upkeep = task)
                    .build();
            answers = cache;
        }
        @Nullable Answer[] before = cache.getIfPresent(targetingKey);
        @Nullable Answer[] after = new Answer[Math.max(before == null ? 0 : before.length, segment.index + 1)];
        if (before != null) {
            System.arraycopy(before, 0, after, 0, before.length);
        }
        after[segment.index] = answer;
        cache.put(targetingKey, after);
    }

    /** Evicts what is too much. Called by the fetching thread alone. */
    void upkeep() {
        Runnable task = upkeep;
        if (task != null) {
            upkeep = null;
            task.run();
        }
        Cache<String, @Nullable Answer[]> cache = answers;
        if (cache != null) {
            cache.cleanUp();
        }
    }

    int now() {
        return now;
    }

    /** Called by the fetching thread alone. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void tick() {
        now = now + 1;
    }

    @Override
    public CompletableFuture<Boolean> fetch(String targetingKey, Set<String> names) {
        MembershipFetcher running = fetcher;
        return running == null
                ? CompletableFuture.completedFuture(names.isEmpty())
                : running.fetch(targetingKey, named(names));
    }

    private List<LargeSegment> named(Set<String> names) {
        List<LargeSegment> found = new ArrayList<>(names.size());
        for (String name : names) {
            LargeSegment segment = segments.get(name);
            if (segment != null) {
                found.add(segment);
            }
        }
        return found;
    }

    MembershipCounts counts() {
        MembershipFetcher running = fetcher;
        Cache<String, @Nullable Answer[]> cache = answers;
        return new MembershipCounts(
                known.sum(),
                stale.sum(),
                unknown.sum(),
                running == null ? 0 : running.failures(),
                cache == null ? 0 : cache.estimatedSize());
    }

    /**
     * What keeps memberships from being known, once it has lasted for a while.
     *
     * @param defined the segments that the layer has: nobody cares about the members of any other
     */
    List<Problem> problems(Set<String> defined) {
        MembershipFetcher running = fetcher;
        return running == null ? List.of() : running.problems(defined);
    }

    @Override
    public void close() {
        MembershipFetcher running = fetcher;
        if (running != null) {
            running.close();
        }
    }
}
