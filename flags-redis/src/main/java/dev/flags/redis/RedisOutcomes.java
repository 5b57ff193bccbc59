package dev.flags.redis;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** How many hashes are asked for at once. */
    private static final int ASK_AT_ONCE = 1_000;

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
        return Objects.requireNonNull(readAll(Map.of(run, since)).get(run));
    }

    @Override
    public Map<String, Rows> readAll(Map<String, Instant> since) {
        return calls.with(reading -> {
            Map<String, List<String>> texts = new LinkedHashMap<>();
            since.keySet().forEach(run -> texts.put(run, new ArrayList<>()));
            Duration known = ahead.get();
            Instant estimate = known == null ? now(reading) : Instant.now().plus(known);
            long oldest = firstFrom(estimate.minus(STORED));
            long last = lastAt(estimate);
            List<Asked> asked = new ArrayList<>();
            since.forEach((run, from) -> windows(run, Math.max(oldest, firstFrom(from)), last, asked));
            ask(reading, asked, texts);
            // where the clocks have drifted apart, the server's was set, or it took long
            long lastNow = lastAt(Instant.now().plus(ahead()));
            List<Asked> more = new ArrayList<>();
            since.forEach((run, from) -> windows(run, Math.max(last + 1, firstFrom(from)), lastNow, more));
            ask(reading, more, texts);
            Map<String, Rows> rows = new LinkedHashMap<>();
            texts.forEach((run, found) -> rows.put(run, Rows.of(found)));
            return rows;
        });
    }

    /** The rows of one run and window. */
    private record Asked(String run, long window) {}

    private static void windows(String run, long first, long last, List<Asked> into) {
        for (long window = first; window <= last; window++) {
            into.add(new Asked(run, window));
        }
    }

    /** The first window that begins then or later. */
    private static long firstFrom(Instant time) {
        return time.isBefore(Instant.EPOCH) ? 0 : -Math.floorDiv(-time.toEpochMilli(), WINDOW);
    }

    /** A process whose idea of the server's clock is ahead of it may have begun one more. */
    private static long lastAt(Instant now) {
        return Math.floorDiv(now.toEpochMilli(), WINDOW) + 1;
    }

    private Duration ahead() {
        Duration known = ahead.get();
        return known == null ? Duration.ZERO : known;
    }

    /** Asks for rows, and for the time, in a round trip for each so many. */
    private void ask(RedisReading reading, List<Asked> all, Map<String, List<String>> texts) {
        for (int from = 0; from < all.size(); from += ASK_AT_ONCE) {
            List<Asked> page = all.subList(from, Math.min(all.size(), from + ASK_AT_ONCE));
            try (Pipeline pipeline = new Pipeline(reading.connection())) {
                List<Response<List<String>>> replies = page.stream()
                        .map(asked -> pipeline.hvals(keys.outcomes(asked.run(), asked.window() * WINDOW / 1_000)))
                        .toList();
                Response<List<String>> time = pipeline.time();
                pipeline.sync();
                for (int i = 0; i < replies.size(); i++) {
                    texts.computeIfAbsent(page.get(i).run(), run -> new ArrayList<>())
                            .addAll(replies.get(i).get());
                }
                ahead.set(Duration.between(Instant.now(), RedisReading.instant(time.get())));
            }
        }
    }
}
