package dev.flags.redis;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;

/**
 * Outcome rows, a hash for each run and window, which expires. Since the windows' names are known, reading needs no index and no
 * search. Safe for use by multiple threads.
 */
final class RedisOutcomes implements OutcomeStorage {
    private static final long WINDOW = OutcomeRow.WINDOW.toMillis();
    /** Rows that somebody may still ask about, and that come late, are well within it. */
    private static final Duration STORED = KEPT.multipliedBy(2);

    /** How much is sent before answers are read; a process that was cut off for a while has thousands of rows. */
    private static final int PUT_AT_ONCE = 200;

    private final RedisCalls calls;
    private final RedisKeys keys;

    /** By how much the server's clock was ahead of this machine's when last asked; null before. */
    private final AtomicReference<@Nullable Duration> ahead = new AtomicReference<>();

    RedisOutcomes(RedisCalls calls, RedisKeys keys) {
        this.calls = calls;
        this.keys = keys;
    }

    @Override
    public Instant now() {
        return calls.with(this::now);
    }

    private Instant now(RedisReading reading) {
        Instant now = reading.now();
        ahead.set(Duration.between(Instant.now(), now));
        return now;
    }

    @Override
    public void put(List<OutcomeRow> rows) {
        for (int from = 0; from < rows.size(); from += PUT_AT_ONCE) {
            Map<String, Map<String, String>> hashes = new LinkedHashMap<>();
            for (OutcomeRow row : rows.subList(from, Math.min(rows.size(), from + PUT_AT_ONCE))) {
                hashes.computeIfAbsent(
                                keys.outcomes(row.run(), row.window().getEpochSecond()), key -> new LinkedHashMap<>())
                        .put(row.instance() + "|" + row.percentage().buckets(), row.toJson());
            }
            // a row that is sent again takes its own place
            calls.with(reading -> putAll(reading, hashes));
        }
    }

    private static long putAll(RedisReading reading, Map<String, Map<String, String>> hashes) {
        try (Pipeline pipeline = new Pipeline(reading.connection())) {
            List<Response<Long>> replies = new ArrayList<>();
            hashes.forEach((key, fields) -> {
                replies.add(pipeline.hset(key, fields));
                replies.add(pipeline.pexpire(key, STORED.toMillis()));
            });
            pipeline.sync();
            // a refusal is in the replies
            return replies.stream().mapToLong(Response::get).sum();
        }
    }

    @Override
    public Rows read(String run, Instant since) {
        return Rows.of(calls.with(reading -> {
            Duration known = ahead.get();
            Instant estimate = known == null ? now(reading) : Instant.now().plus(known);
            Instant kept = estimate.minus(STORED);
            // the first window that begins then or later
            long first = -Math.floorDiv(-(since.isBefore(kept) ? kept : since).toEpochMilli(), WINDOW);
            List<String> texts = new ArrayList<>();
            long asked = ask(reading, run, first, lastAt(estimate), texts);
            // where the clocks have drifted apart, or the server's was set
            ask(reading, run, Math.max(first, asked + 1), lastAt(Instant.now().plus(ahead())), texts);
            return texts;
        }));
    }

    private Duration ahead() {
        Duration known = ahead.get();
        return known == null ? Duration.ZERO : known;
    }

    /** A process whose idea of the server's clock is ahead of it may have begun one more. */
    private static long lastAt(Instant now) {
        return Math.floorDiv(now.toEpochMilli(), WINDOW) + 1;
    }

    /** Asks for the rows of some windows, and for the time, in one round trip; returns the last window. */
    private long ask(RedisReading reading, String run, long first, long last, List<String> texts) {
        if (first > last) {
            return last;
        }
        try (Pipeline pipeline = new Pipeline(reading.connection())) {
            List<Response<List<String>>> replies = new ArrayList<>();
            for (long window = first; window <= last; window++) {
                replies.add(pipeline.hvals(keys.outcomes(run, window * WINDOW / 1_000)));
            }
            Response<List<String>> time = pipeline.time();
            pipeline.sync();
            replies.forEach(reply -> texts.addAll(reply.get()));
            ahead.set(Duration.between(Instant.now(), RedisReading.instant(time.get())));
        }
        return last;
    }
}
