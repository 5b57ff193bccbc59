package dev.flags.redis;

import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoredState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.PipeliningBase;
import redis.clients.jedis.Response;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.resps.StreamEntry;

/**
 * Reads everything at one revision. Not in a transaction, which a server that is out of memory refuses even for reads: each commit
 * changes the head record, so what lies between two equal ones is of one revision. Throws Jedis' exceptions. Confined to one thread.
 */
final class Loading {
    /** How often it is tried without a transaction. */
    private static final int LOOKS = 2;

    private final RedisReading reading;
    private final RedisKeys keys;

    Loading(RedisReading reading, RedisKeys keys) {
        this.reading = reading;
        this.keys = keys;
    }

    StoredState load() {
        for (int look = 1; look <= LOOKS; look++) {
            Optional<StoredState> whole = ofOneRevision(commandsInARow());
            if (whole.isPresent()) {
                return whole.get();
            }
        }
        return loadInATransaction();
    }

    /** When others commit so fast that nothing else helps. */
    StoredState loadInATransaction() {
        return ofOneRevision(commandsInATransaction())
                .orElseThrow(() -> new StoreDamagedException(reading.location() + " let two transactions run at once"));
    }

    private Everything commandsInARow() {
        try (Pipeline pipeline = new Pipeline(reading.connection())) {
            Everything everything = Everything.asked(pipeline, keys);
            pipeline.sync();
            return everything;
        }
    }

    private Everything commandsInATransaction() {
        try (Transaction transaction = new Transaction(reading.connection())) {
            Everything everything = Everything.asked(transaction, keys);
            transaction.exec();
            return everything;
        }
    }

    /** What was asked for, in this order, between two looks at the head record. */
    private record Everything(
            Response<Map<String, String>> before,
            Response<Map<String, String>> flags,
            Response<Map<String, String>> kills,
            Response<Map<String, String>> rollouts,
            Response<Map<String, String>> segments,
            Response<List<StreamEntry>> last,
            Response<Map<String, String>> after) {

        static Everything asked(PipeliningBase commands, RedisKeys keys) {
            return new Everything(
                    commands.hgetAll(keys.meta()),
                    commands.hgetAll(keys.flags()),
                    commands.hgetAll(keys.kills()),
                    commands.hgetAll(keys.rollouts()),
                    commands.hgetAll(keys.segments()),
                    commands.xrevrange(keys.log(), "+", "-", 1),
                    commands.hgetAll(keys.meta()));
        }
    }

    private Optional<StoredState> ofOneRevision(Everything read) {
        Meta meta = reading.meta(read.before().get());
        if (!meta.equals(reading.meta(read.after().get()))) {
            return Optional.empty();
        }
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("flags", read.flags().get().size());
        counts.put("kills", read.kills().get().size());
        counts.put("rollouts", read.rollouts().get().size());
        counts.put("segments", read.segments().get().size());
        return Optional.of(new StoredState(
                keys.environment(),
                meta.head(RedisLog.last(read.last().get())),
                Envelope.flags(
                        read.flags().get(), read.kills().get(), read.rollouts().get()),
                Envelope.segments(read.segments().get()),
                meta.isThere() ? meta.settings() : reading.log().settings(),
                meta.missing(counts)));
    }
}
