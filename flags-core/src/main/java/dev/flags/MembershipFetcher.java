package dev.flags;

import dev.flags.LargeSegment.Answer;
import dev.flags.model.Problem;
import dev.flags.model.SegmentVersion;
import dev.flags.source.MemberLookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Fetches memberships for one {@link MembershipCache}, on one daemon thread: all that was asked for in the meantime in one round,
 * those first that somebody waits for. After a failure it pauses, and what was asked for is dropped; who still needs it asks
 * again. Nobody ever waits for this thread longer than they said, so a store that hangs costs nothing but answers.
 *
 * <p>An answer that somebody is not a member is believed only of a version that is whole: where the store holds fewer members than
 * the segment's document says (a Redis key was evicted, a version was removed), it is taken for no answer.
 *
 * <p>Safe for use by multiple threads.
 */
final class MembershipFetcher {
    private static final int REQUESTS_A_ROUND = 2_000;
    private static final int KEYS_A_CALL = 500;
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(750).toNanos();

    private final MemberLookup lookup;
    private final MembershipCache cache;
    private final long tickNanos;
    private final Thread thread;
    private final MembershipRequests requests = new MembershipRequests();
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final MembershipTroubles troubles;

    private volatile boolean closed;
    private volatile boolean asleep;

    // confined to the thread
    private long tickedAt = System.nanoTime();
    private long pauseNanos = FIRST_PAUSE_NANOS;

    /** Somebody who waits for all that is asked of one targeting key. */
    private record Waiting(String targetingKey, List<LargeSegment> segments, CompletableFuture<Boolean> done) {}

    MembershipFetcher(String layer, MemberLookup lookup, MembershipCache cache, Duration tick) {
        this.troubles = new MembershipTroubles(layer);
        this.lookup = lookup;
        this.cache = cache;
        this.tickNanos = tick.toNanos();
        this.thread = new Thread(this::run, "flags-members-" + layer);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Asks for one membership. Takes no lock and never waits. */
    void request(LargeSegment segment, String targetingKey) {
        if (requests.offer(segment, targetingKey)) {
            wake();
        }
    }

    private void wake() {
        if (asleep) {
            asleep = false;
            LockSupport.unpark(thread);
        }
    }

    /** As {@link dev.flags.evaluation.Memberships#fetch}. While fetching fails it does not promise what it cannot keep. */
    CompletableFuture<Boolean> fetch(String targetingKey, List<LargeSegment> segments) {
        List<LargeSegment> wanted = new ArrayList<>();
        for (LargeSegment segment : segments) {
            if (!cache.isFresh(segment, targetingKey)) {
                wanted.add(segment);
            }
        }
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(true);
        }
        if (closed || troubles.isFailing()) {
            wanted.forEach(segment -> request(segment, targetingKey));
            return CompletableFuture.completedFuture(areKnown(targetingKey, wanted));
        }
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        Waiting entry = new Waiting(targetingKey, wanted, done);
        waiting.add(entry);
        // also when it is cancelled, or a thread that hangs would be left with everybody who ever waited
        var unused = done.whenComplete((all, cancelled) -> waiting.remove(entry));
        wake();
        if (closed) {
            done.complete(false);
        }
        return done;
    }

    private boolean areKnown(String targetingKey, List<LargeSegment> segments) {
        for (LargeSegment segment : segments) {
            if (!cache.isKnown(segment, targetingKey)) {
                return false;
            }
        }
        return true;
    }

    private void run() {
        while (!closed) {
            // a driver may leave an interrupt behind, and parking would then return at once, again and again
            Thread.interrupted();
            List<Waiting> waiters = new ArrayList<>(waiting);
            Map<LargeSegment, Set<String>> round = round(waiters);
            if (round.isEmpty()) {
                waiters.forEach(this::tell);
                sleep();
            } else {
                fetchContained(round);
                waiters.forEach(this::tell);
            }
            tickWhenDue();
        }
        waiting.forEach(entry -> entry.done().complete(false));
    }

    private void tell(Waiting entry) {
        entry.done().complete(areKnown(entry.targetingKey(), entry.segments()));
    }

    /** Until there is something to do, or the next tick. */
    private void sleep() {
        asleep = true;
        boolean idle = waiting.isEmpty() && !requests.isPending();
        long left = tickNanos - (System.nanoTime() - tickedAt);
        if (idle && !closed && left > 0) {
            LockSupport.parkNanos(this, left);
        }
        asleep = false;
    }

    private void tickWhenDue() {
        if (System.nanoTime() - tickedAt >= tickNanos) {
            tickedAt = System.nanoTime();
            cache.tick();
            cache.upkeep();
        }
    }

    /** What to ask for: without what has come since it was requested. */
    private Map<LargeSegment, Set<String>> round(List<Waiting> waiters) {
        Map<LargeSegment, Set<String>> round = new LinkedHashMap<>();
        for (Waiting entry : waiters) {
            entry.segments().forEach(segment -> want(round, segment, entry.targetingKey()));
        }
        int most = waiters.isEmpty() ? REQUESTS_A_ROUND : KEYS_A_CALL - Math.min(KEYS_A_CALL, waiters.size());
        requests.drain(most, request -> want(round, request.segment(), request.targetingKey()));
        return round;
    }

    private void want(Map<LargeSegment, Set<String>> round, LargeSegment segment, String targetingKey) {
        boolean rests = troubles.isDamaged(segment) && System.nanoTime() - segment.foundDamagedAt < LONGEST_PAUSE_NANOS;
        if (!rests && !cache.isFresh(segment, targetingKey)) {
            round.computeIfAbsent(segment, unused -> new LinkedHashSet<>()).add(targetingKey);
        }
    }

    private void fetchContained(Map<LargeSegment, Set<String>> round) {
        try {
            round.forEach(this::fetchAll);
            cache.upkeep();
            troubles.succeeded();
            pauseNanos = FIRST_PAUSE_NANOS;
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void fetchAll(LargeSegment segment, Set<String> targetingKeys) {
        Iterator<String> keys = targetingKeys.iterator();
        while (keys.hasNext() && !closed) {
            List<String> chunk = new ArrayList<>(Math.min(KEYS_A_CALL, targetingKeys.size()));
            while (keys.hasNext() && chunk.size() < KEYS_A_CALL) {
                chunk.add(keys.next());
            }
            fetchChunk(segment, chunk);
        }
    }

    private void fetchChunk(LargeSegment segment, List<String> chunk) {
        SegmentVersion version = segment.current;
        int now = cache.now();
        Set<String> members = lookup.among(segment.name, version.version(), chunk);
        boolean absenceCounts = members.size() == chunk.size() || isWhole(segment, version, now);
        Answer yes = new Answer(version, true, now);
        Answer no = new Answer(version, false, now);
        for (String key : chunk) {
            if (members.contains(key)) {
                cache.put(segment, key, yes);
            } else if (absenceCounts) {
                cache.put(segment, key, no);
            }
        }
    }

    /**
     * Whether the store holds all members of a version. Counting may be expensive, so a whole one is counted once for as long as
     * answers are fresh.
     */
    private boolean isWhole(LargeSegment segment, SegmentVersion version, int now) {
        boolean wasWhole = version.equals(segment.whole);
        if (wasWhole && now - segment.wholeAt < MembershipCache.TICKS_TO_REFRESH) {
            return true;
        }
        long found;
        try {
            found = lookup.count(segment.name, version.version());
        } catch (FlagsException e) {
            // it has just answered who is a member: a count that takes too long does not make that untrue
            return true;
        }
        if (found >= version.count()) {
            segment.whole = version;
            segment.wholeAt = now;
            troubles.foundWhole(segment);
            return true;
        }
        segment.foundDamagedAt = System.nanoTime();
        troubles.foundDamaged(segment, version, found);
        return false;
    }

    private void failed(Throwable e) {
        if (closed) {
            return;
        }
        troubles.failed(e);
        // those who wait for what cannot be had are told at once
        waiting.forEach(this::tell);
        pause();
    }

    /** With jitter, so that many instances do not come back in step; requests that come meanwhile do not shorten it. */
    private void pause() {
        long until =
                System.nanoTime() + pauseNanos / 2 + ThreadLocalRandom.current().nextLong(pauseNanos / 2 + 1);
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        for (long left = until - System.nanoTime(); left > 0 && !closed; left = until - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            Thread.interrupted();
        }
    }

    long failures() {
        return troubles.failures();
    }

    List<Problem> problems(Set<String> defined) {
        return troubles.problems(defined);
    }

    /** Ends the thread, or leaves it to end by itself where a store hangs. */
    void close() {
        closed = true;
        waiting.forEach(entry -> entry.done().complete(false));
        if (Thread.currentThread() == thread) {
            return;
        }
        thread.interrupt();
        LockSupport.unpark(thread);
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
