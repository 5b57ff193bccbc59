package dev.flags.benchmarks;

import dev.flags.Flags;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.SegmentImport;
import dev.flags.admin.WriteOptions;
import dev.flags.model.FlagFile;
import dev.flags.store.Actor;
import dev.flags.store.InMemoryFlagStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A decision by a segment: of listed keys, and of imported members that the cache knows. Ratios within one run are what counts. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class SegmentBenchmark {
    private static final int USERS = 4_096;

    private Flags flags;
    private String[] users;

    /** Where a thread is among the users. */
    @State(Scope.Thread)
    public static class Cursor {
        private int next;

        int next() {
            next = (next + 1) & (USERS - 1);
            return next;
        }
    }

    @Setup
    public void setUp() {
        users = IntStream.range(0, USERS).mapToObj(i -> "user-" + i).toArray(String[]::new);
        String keys =
                IntStream.range(0, USERS / 2).mapToObj(i -> "\"user-" + i + '"').collect(Collectors.joining(","));
        String flag =
                "{\"key\":\"%s\",\"rules\":[{\"id\":\"r\",\"conditions\":[{\"segment\":\"%s\"}],\"variant\":\"on\"}]}";
        InMemoryFlagStore store = new InMemoryFlagStore("benchmark");
        Actor actor = Actor.local("benchmark");
        new FlagAdmin(store, actor)
                .apply(
                        FlagFile.parse(
                                "flags",
                                "{\"flags\":[" + flag.replace("%s", "listed") + "," + flag.replace("%s", "large")
                                        + "],\"segments\":[{\"name\":\"listed\",\"keys\":[" + keys + "]}]}",
                                FlagFile.Format.JSON),
                        false,
                        WriteOptions.DEFAULT);
        String lines = IntStream.range(0, USERS / 2).mapToObj(i -> "user-" + i).collect(Collectors.joining("\n"));
        new SegmentImport(store, actor)
                .run(
                        "large",
                        new SegmentImport.MemberFile(
                                "members", () -> new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8))),
                        WriteOptions.DEFAULT,
                        read -> {});
        flags = Flags.builder().layer(store).build();
        for (String user : users) {
            if (!flags.prepare(user, Duration.ofSeconds(10))) {
                throw new IllegalStateException(user + " could not be prepared");
            }
        }
    }

    @TearDown
    public void tearDown() {
        flags.close();
    }

    @Benchmark
    public boolean listed(Cursor cursor) {
        return flags.isEnabled("listed", users[cursor.next()]);
    }

    @Benchmark
    public boolean large(Cursor cursor) {
        return flags.isEnabled("large", users[cursor.next()]);
    }

    @Benchmark
    public boolean prepareWhatIsKnown(Cursor cursor) {
        return flags.prepare(users[cursor.next()]);
    }
}
