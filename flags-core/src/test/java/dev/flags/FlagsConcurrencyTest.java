package dev.flags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.source.FileSource;
import dev.flags.source.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlagsConcurrencyTest {
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong rounds = new AtomicLong();

    private void inBackground(Runnable work) {
        Thread thread = new Thread(() -> {
            try {
                while (!ended.get()) {
                    work.run();
                    rounds.incrementAndGet();
                }
            } catch (Throwable e) {
                failures.add(e);
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void end() throws InterruptedException {
        ended.set(true);
        for (Thread thread : threads) {
            thread.join(10_000);
        }
        assertThat(failures).isEmpty();
        assertThat(rounds.get()).isPositive();
    }

    private static FlagDefinition flag(String key, boolean on) {
        return FlagDefinition.builder(key)
                .percentage(on ? Percentage.FULL : Percentage.ZERO)
                .build();
    }

    @Test
    void aPinIsNeverOfTwoSnapshotsAndNothingThrowsWhileFlagsChangeThousandsOfTimes() throws InterruptedException {
        MemorySource first = new MemorySource("first");
        MemorySource second = new MemorySource("second");
        first.set(flag("a", true)).set(flag("b", true));
        try (Flags flags = Flags.builder().layer(first).layer(second).build()) {
            for (int i = 0; i < 2; i++) {
                inBackground(() -> {
                    FlagDecisions pin = flags.pin();
                    boolean a = pin.isEnabled("a", "ann");
                    boolean b = pin.isEnabled("b", "ann");
                    assertThat(pin.isEnabled("a", "ann")).isEqualTo(a);
                    assertThat(pin.isEnabled("b", "ann")).isEqualTo(b);
                    // at no moment are both off: one is raised before the other is lowered
                    assertThat(a || b).isTrue();
                    assertThat(pin.all(EvaluationContext.of("ann")).get("a").enabled())
                            .isEqualTo(a);
                    flags.isEnabled("gone", "ann");
                    flags.status();
                });
            }
            for (int i = 0; i < 3_000; i++) {
                boolean a = i % 2 == 0;
                first.set(flag(a ? "a" : "b", true));
                first.set(flag(a ? "b" : "a", false));
                second.set(flag("gone", a));
                second.remove("gone");
            }
            end();
        }
    }

    @Test
    void filesAreReloadedUnderLoad(@TempDir Path directory) throws IOException, InterruptedException {
        Path file = directory.resolve("flags.json");
        write(file, 0);
        try (Flags flags = Flags.builder()
                .layer(FileSource.of(file))
                .pollInterval(Duration.ofMillis(1))
                .build()) {
            inBackground(() -> {
                FlagDecisions pin = flags.pin();
                assertThat(pin.longValue("a", null, -1)).isEqualTo(pin.longValue("b", null, -2));
            });
            for (int i = 1; i <= 300; i++) {
                write(file, i);
                long wanted = i;
                // not every version must be seen, but none torn, and the last one at the end
                if (i == 300) {
                    org.awaitility.Awaitility.await()
                            .atMost(Duration.ofMinutes(2))
                            .until(() -> flags.longValue("a", null, -1) == wanted);
                }
            }
            end();
        }
    }

    private static void write(Path file, int value) throws IOException {
        String flag = "{\"key\":\"%s\",\"variants\":{\"v\":" + value + "},\"offVariant\":\"v\"}";
        String text = "{\"schema\":1,\"flags\":[" + flag.formatted("a") + "," + flag.formatted("b") + "]}";
        Path fresh = Files.writeString(file.resolveSibling("fresh"), text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
