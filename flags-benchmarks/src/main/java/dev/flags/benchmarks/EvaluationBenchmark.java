package dev.flags.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.flags.EvaluationContext;
import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.DecisionCounters;
import dev.flags.evaluation.Outcome;
import dev.flags.evaluation.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision, counted, from the volatile read of the snapshot on; beside it what one would write by hand for the same work. Ratios
 * within one run are what counts: the machine is shared.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class EvaluationBenchmark {
    private static final int USERS = 4_096;
    private static final AttributeReader<String> NO_ATTRIBUTES = (user, name) -> null;

    @Param({"10", "1000", "10000"})
    private int flags;

    private volatile Snapshot snapshot;
    private volatile Map<String, ByHand> byHand;
    private String[] users;
    private EvaluationContext[] contexts;

    /** Where a thread is among the users. */
    @State(Scope.Thread)
    public static class Cursor {
        private int next;

        int next() {
            next = (next + 1) & (USERS - 1);
            return next;
        }
    }

    /** A flag as one would write it by hand. */
    private record ByHand(HashFunction hash, int boundary, LongAdder on, LongAdder off) {}

    @Setup
    public void setUp() {
        String json = FlagDocuments.json(flags);
        snapshot = Snapshot.compile(
                List.of(new Snapshot.Layer("file", FlagDocuments.content(json))), new DecisionCounters());
        Map<String, ByHand> map = new HashMap<>();
        snapshot.flags().forEach(flag -> {
            int seed = Hashing.murmur3_32_fixed(0).hashString(flag.key(), UTF_8).asInt();
            map.put(flag.key(), new ByHand(Hashing.murmur3_32_fixed(seed), 50_000, new LongAdder(), new LongAdder()));
        });
        byHand = Map.copyOf(map);
        users = new String[USERS];
        contexts = new EvaluationContext[USERS];
        for (int i = 0; i < USERS; i++) {
            users[i] = "user-" + (100_000 + i * 37);
            contexts[i] = EvaluationContext.builder(users[i])
                    .attribute("country", "US")
                    .attribute("version", "1.9.3")
                    .attribute("age", 18 + i % 60)
                    .build();
        }
    }

    @Benchmark
    public boolean floorHalfByHand(Cursor cursor) {
        ByHand flag = byHand.get(FlagDocuments.HALF);
        if (flag == null) {
            return false;
        }
        long hash = flag.hash().hashString(users[cursor.next()], UTF_8).asInt() & 0xFFFF_FFFFL;
        boolean on = (int) ((hash * 100_000) >>> 32) < flag.boundary();
        (on ? flag.on() : flag.off()).increment();
        return on;
    }

    @Benchmark
    public boolean half(Cursor cursor) {
        String user = users[cursor.next()];
        return isEnabled(FlagDocuments.HALF, user);
    }

    @Benchmark
    public boolean fullyOn(Cursor cursor) {
        return isEnabled(FlagDocuments.FULLY_ON, users[cursor.next()]);
    }

    @Benchmark
    public boolean unknownFlag(Cursor cursor) {
        return isEnabled("no-such-flag", users[cursor.next()]);
    }

    @Benchmark
    public boolean threeRulesThatMiss(Cursor cursor) {
        EvaluationContext context = contexts[cursor.next()];
        CompiledFlag flag = snapshot.flag(FlagDocuments.RULES);
        if (flag == null) {
            return false;
        }
        Outcome outcome = flag.evaluate(context.targetingKey(), context, AttributeReader.OF_CONTEXT);
        outcome.count();
        return outcome.on();
    }

    private boolean isEnabled(String key, String user) {
        CompiledFlag flag = snapshot.flag(key);
        if (flag == null) {
            return false;
        }
        Outcome outcome = flag.evaluate(user, user, NO_ATTRIBUTES);
        outcome.count();
        return outcome.on();
    }
}
