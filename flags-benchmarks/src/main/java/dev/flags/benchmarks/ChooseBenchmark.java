package dev.flags.benchmarks;

import dev.flags.FlagDecisions;
import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.outcomes.Choice;
import dev.flags.outcomes.Observation;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeSink;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import dev.flags.source.SourceListener;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.CompilerControl;
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
 * One call through {@code choose}, at 50 % by user; beside it the same path called directly. What counts is the difference between them
 * within one run: the machine is shared.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ChooseBenchmark {
    private static final int USERS = 4_096;
    private static final String KEY = "atomic-projects";
    private static final Choice CHOICE = Choice.of(KEY)
            .fallBackOnFailure()
            .critical("DATABASE_CONNECTION_LOST", IllegalStateException.class)
            .slowAfter(Duration.ofSeconds(3));

    /** Whether a rollout runs, whose rows are kept, and whether it has a latency bound. */
    @Param({"none", "running", "bounded"})
    private String rollout;

    private Flags flags;
    private String[] users;

    /** Where a thread is among the users. */
    @State(Scope.Thread)
    public static class Cursor {
        private int next;

        String next(String[] users) {
            next = (next + 1) & (USERS - 1);
            return users[next];
        }
    }

    /** A layer that never changes, and keeps rows nowhere. */
    private record Fixed(LayerContent content) implements FlagSource, OutcomeSink {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener listener) {
            listener.loaded(content, FlagsStatus.State.READY, Instant.now());
            return () -> {};
        }

        @Override
        public Optional<OutcomeSink> outcomes() {
            return Optional.of(this);
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void put(List<OutcomeRow> rows) {
            // nobody watches
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    @Setup
    public void setUp() {
        FlagDefinition half =
                FlagDefinition.builder(KEY).percentage(Percentage.of(50)).build();
        Map<String, Object> extra = rollout.equals("bounded") ? Map.of("latencyBounds", List.of("PT3S")) : Map.of();
        RolloutRun run = new RolloutRun(
                "run",
                RolloutRun.State.RUNNING,
                0,
                List.of(new RolloutRun.Stage(Percentage.of(50), Duration.ofMinutes(15))),
                Instant.EPOCH,
                "benchmark",
                Percentage.ZERO,
                false,
                extra);
        LayerFlag flag = new LayerFlag(
                Optional.of(half),
                Optional.empty(),
                Optional.empty(),
                false,
                1,
                rollout.equals("none") ? Optional.empty() : Optional.of(run));
        flags = Flags.builder()
                .layer(new Fixed(new LayerContent(1, Map.of(KEY, flag), Map.of(), false, Set.of(), List.of())))
                .build();
        users = new String[USERS];
        for (int i = 0; i < USERS; i++) {
            users[i] = "user-" + (100_000 + i * 37);
        }
    }

    @TearDown
    public void tearDown() {
        flags.close();
    }

    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    private static int newPath(String user) {
        return user.length();
    }

    @CompilerControl(CompilerControl.Mode.DONT_INLINE)
    private static int oldPath(String user) {
        return -user.length();
    }

    @Benchmark
    public int direct(Cursor cursor) {
        return newPath(cursor.next(users));
    }

    @Benchmark
    public int directByIsEnabled(Cursor cursor) {
        String user = cursor.next(users);
        return flags.isEnabled(KEY, user) ? newPath(user) : oldPath(user);
    }

    @Benchmark
    public Integer choose(Cursor cursor) {
        String user = cursor.next(users);
        return choose(flags, user);
    }

    private static Integer choose(FlagDecisions flags, String user) {
        return flags.choose(KEY, user)
                .whenOn(() -> newPath(user))
                .whenOff(() -> oldPath(user))
                .fallBackOnFailure()
                .call();
    }

    @Benchmark
    public Integer chooseWithAKeptChoice(Cursor cursor) {
        String user = cursor.next(users);
        return flags.choose(CHOICE, user)
                .whenOn(() -> newPath(user))
                .whenOff(() -> oldPath(user))
                .call();
    }

    @Benchmark
    public int observe(Cursor cursor) {
        String user = cursor.next(users);
        Observation observation = flags.choose(KEY, user).observe();
        int result = observation.enabled() ? newPath(user) : oldPath(user);
        observation.success();
        return result;
    }

    /** What a monotonic clock costs on this machine: {@code choose} reads it twice. */
    @Benchmark
    public long clock() {
        return System.nanoTime();
    }
}
