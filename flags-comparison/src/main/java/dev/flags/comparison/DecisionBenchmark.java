package dev.flags.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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

/** One decision among 1,000 flags, each time for another of 4,096 users. {@link ComparisonTables} runs it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(2)
public class DecisionBenchmark {
    private static final int FLAGS = 1_000;

    /** An SDK with its flags, and everybody who is asked for. */
    @State(Scope.Benchmark)
    public static class Loaded {
        @Param({
            "FLAGS",
            "LAUNCHDARKLY",
            "LAUNCHDARKLY_WITH_EVENTS",
            "UNLEASH",
            "UNLEASH_WITH_EXECUTOR",
            "TOGGLZ",
            "TOGGLZ_CACHED"
        })
        private String sdk;

        private Contender<Object, Object> contender;
        private Object tenPercent;
        private Object[] users;
        private String[] ids;

        @Setup
        public void setUp() throws IOException {
            Path file = Files.createTempDirectory("comparison").resolve("flags.json");
            Sdk.valueOf(sdk).write(file, FLAGS);
            contender = Sdk.valueOf(sdk).open(file);
            tenPercent = contender.flag(Question.TEN_PERCENT.key);
            users = new Object[Crowd.SIZE];
            ids = new String[Crowd.SIZE];
            for (int i = 0; i < Crowd.SIZE; i++) {
                ids[i] = Crowd.id(i);
                users[i] = contender.user(ids[i], Crowd.country(i));
            }
        }

        @TearDown
        public void tearDown() {
            contender.close();
        }
    }

    /** What is asked. */
    @State(Scope.Benchmark)
    public static class Asked {
        @Param({"FULLY_ON", "TEN_PERCENT", "RULE", "LISTED", "SEGMENT", "PREREQUISITE", "UNKNOWN"})
        private String question;

        private Object flag;

        @Setup
        public void setUp(Loaded loaded) {
            flag = loaded.contender.flag(Question.valueOf(question).key);
        }
    }

    /** Where a thread is among the users. */
    @State(Scope.Thread)
    public static class Cursor {
        private int next;

        int next() {
            next = (next + 1) & (Crowd.SIZE - 1);
            return next;
        }
    }

    @Benchmark
    public boolean isOn(Loaded loaded, Asked asked, Cursor cursor) {
        return loaded.contender.isOn(asked.flag, loaded.users[cursor.next()]);
    }

    /** 10 % by user id, for code that has nothing but the id. */
    @Benchmark
    public boolean isOnForId(Loaded loaded, Cursor cursor) {
        return loaded.contender.isOnForId(loaded.tenPercent, loaded.ids[cursor.next()]);
    }

    @Benchmark
    public Object variant(Loaded loaded, Cursor cursor) {
        return loaded.contender.variant(loaded.users[cursor.next()]);
    }
}
