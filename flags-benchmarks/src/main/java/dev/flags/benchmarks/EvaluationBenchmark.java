package dev.flags.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.source.LayerContent;
import dev.flags.source.MemorySource;
import java.util.HashMap;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One decision as an application asks for it, counted; beside it what one would write by hand for the same work. Ratios
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

    @Param({"10", "1000", "10000"})
    private int flags;

    private Flags decisions;
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
        MemorySource source = new MemorySource("memory");
        LayerContent content = FlagDocuments.content(FlagDocuments.json(flags));
        content.flags().values().forEach(flag -> flag.definition().ifPresent(source::set));
        decisions = Flags.builder().layer(source).build();
        Map<String, ByHand> map = new HashMap<>();
        content.flags().keySet().forEach(key -> {
            int seed = Hashing.murmur3_32_fixed(0).hashString(key, UTF_8).asInt();
            map.put(key, new ByHand(Hashing.murmur3_32_fixed(seed), 50_000, new LongAdder(), new LongAdder()));
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

    @TearDown
    public void tearDown() {
        decisions.close();
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
        return decisions.isEnabled(FlagDocuments.HALF, users[cursor.next()]);
    }

    @Benchmark
    public boolean fullyOn(Cursor cursor) {
        return decisions.isEnabled(FlagDocuments.FULLY_ON, users[cursor.next()]);
    }

    @Benchmark
    public boolean unknownFlag(Cursor cursor) {
        return decisions.isEnabled("no-such-flag", users[cursor.next()]);
    }

    @Benchmark
    public boolean threeRulesThatMiss(Cursor cursor) {
        return decisions.isEnabled(FlagDocuments.RULES, contexts[cursor.next()]);
    }
}
