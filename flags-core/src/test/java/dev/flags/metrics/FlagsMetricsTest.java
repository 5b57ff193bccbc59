package dev.flags.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.StartupPolicy;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.source.MemorySource;
import dev.flags.store.FlagStore;
import dev.flags.store.InMemoryFlagStore;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlagsMetricsTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MemorySource memory = new MemorySource("memory");
    private Flags flags;

    @BeforeEach
    void start() {
        memory.set(FlagDefinition.builder("a").percentage(Percentage.FULL).build());
        flags = Flags.builder().layer(memory).startup(StartupPolicy.dontWait()).build();
    }

    @AfterEach
    void close() {
        flags.close();
    }

    /** As a scrape does: reads everything. */
    private void scrape() {
        registry.getMeters().forEach(meter -> meter.measure().forEach(measured -> measured.getValue()));
    }

    private double decisions(String key, String variant) {
        scrape();
        FunctionCounter counter = registry.find("flags.decisions")
                .tags("feature_flag.key", key, "feature_flag.result.variant", variant)
                .functionCounter();
        return counter == null ? -1 : counter.count();
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    @Test
    void decisionsAreCountedByFlagAndVariant() {
        FlagsMetrics.bind(flags, registry, Tags.of("environment", "production"));
        for (int i = 0; i < 3; i++) {
            flags.isEnabled("a", "user-" + i);
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> decisions("a", "on") == 3);
        flags.isEnabled("a", "user-4");
        await().atMost(Duration.ofMinutes(2)).until(() -> decisions("a", "on") == 4);
        assertThat(registry.getMeters())
                .allSatisfy(
                        meter -> assertThat(meter.getId().getTag("environment")).isEqualTo("production"));
    }

    @Test
    void noTagStemsFromAUserAndUnknownKeysAreOther() {
        FlagsMetrics.bind(flags, registry);
        flags.isEnabled("a", "user-1");
        flags.isEnabled("made-from-input-of-user-1", "user-1");
        flags.decide(
                "a",
                EvaluationContext.builder("user-1").attribute("x", "user-1").build());
        await().atMost(Duration.ofMinutes(2)).until(() -> decisions("a", "on") == 2);
        assertThat(decisions("other", "other")).isEqualTo(1);
        assertThat(registry.getMeters())
                .flatExtracting(meter -> meter.getId().getTags())
                .extracting(Tag::getValue)
                .noneMatch(value -> value.contains("user-1"));
    }

    @Test
    void seriesAreBoundedAndTheRestAddsUpUnderOther() {
        for (int i = 0; i < 10; i++) {
            memory.set(FlagDefinition.builder("flag-" + i).build());
        }
        FlagsMetrics.bind(flags, registry, Tags.empty(), 4);
        for (int i = 0; i < 10; i++) {
            flags.isEnabled("flag-" + i, "ann");
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> decisions("other", "other") == 7);
        assertThat(registry.find("flags.decisions").functionCounters()).hasSize(4);
        assertThat(registry.find("flags.decisions").functionCounters().stream()
                        .mapToDouble(FunctionCounter::count)
                        .sum())
                .isEqualTo(10);
        assertThat(DecisionSeries.MAX_SERIES).isEqualTo(2_000);
    }

    @Test
    void metersOfRemovedAndArchivedFlagsGo() {
        memory.set(FlagDefinition.builder("b").build());
        FlagsMetrics.bind(flags, registry);
        flags.isEnabled("a", "ann");
        flags.isEnabled("b", "ann");
        await().atMost(Duration.ofMinutes(2)).until(() -> decisions("a", "on") == 1 && decisions("b", "off") == 1);
        memory.remove("a");
        memory.set(FlagDefinition.builder("b").archived(true).build());
        await().atMost(Duration.ofMinutes(2)).until(() -> decisions("a", "on") == -1 && decisions("b", "off") == -1);
    }

    @Test
    void layersTellTheirStateRevisionAgeAndSize() {
        FlagsMetrics.bind(flags, registry);
        assertThat(gauge("flags.source.state", "layer", "memory", "state", "READY"))
                .isEqualTo(1);
        assertThat(gauge("flags.source.state", "layer", "memory", "state", "STALE"))
                .isZero();
        assertThat(gauge("flags.source.flags", "layer", "memory")).isEqualTo(1);
        assertThat(gauge("flags.source.problems", "layer", "memory")).isZero();
        assertThat(gauge("flags.snapshot.revision", "layer", "memory")).isZero();
        assertThat(registry.get("flags.snapshot.age").timeGauge().value(java.util.concurrent.TimeUnit.SECONDS))
                .isBetween(0.0, 60.0);
        flags.close();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> gauge("flags.source.state", "layer", "memory", "state", "CLOSED") == 1);
    }

    @Test
    void membershipsAreCountedByWhatWasKnown() {
        InMemoryFlagStore store = new InMemoryFlagStore("test");
        dev.flags.LargeSegments.of(store).flagInSegment("beta").importing("ann");
        try (Flags of = Flags.builder().layer(store).build()) {
            FlagsMetrics.bind(of, registry);
            assertThat(of.isEnabled("beta", "ann")).isFalse();
            await().atMost(Duration.ofMinutes(2)).until(() -> of.isEnabled("beta", "ann"));
            assertThat(lookups("unknown")).isPositive();
            assertThat(lookups("known")).isPositive();
            assertThat(gauge("flags.segment.cached")).isEqualTo(1);
            assertThat(registry.get("flags.segment.fetch.failures")
                            .functionCounter()
                            .count())
                    .isZero();
        }
    }

    private double lookups(String result) {
        return registry.get("flags.segment.lookups")
                .tags("result", result)
                .functionCounter()
                .count();
    }

    @Test
    void endingTheBindingRemovesAllMeters() {
        Subscription binding = FlagsMetrics.bind(flags, registry);
        flags.isEnabled("a", "ann");
        await().atMost(Duration.ofMinutes(2)).until(() -> decisions("a", "on") == 1);
        binding.close();
        memory.set(FlagDefinition.builder("c").build());
        flags.isEnabled("c", "ann");
        assertThat(registry.getMeters()).extracting(Meter::getId).isEmpty();
    }

    @Test
    void commitsOfAStoreAreCountedByOutcome() {
        try (InMemoryFlagStore store = new InMemoryFlagStore("test")) {
            FlagStore counted = FlagsMetrics.commits(store, registry, List.of(Tag.of("environment", "test")));
            assertThatThrownBy(() -> counted.commit(null)).isInstanceOf(RuntimeException.class);
            assertThat(registry.get("flags.store.commits")
                            .tags("outcome", "error", "environment", "test")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(counted.head()).isEqualTo(store.head());
        }
    }

    @Test
    void callsThroughChooseAreTimedByArmAndOutcome() {
        Subscription bound = FlagsMetrics.bind(flags, registry);
        try (bound) {
            flags.choose("a", "ann").whenOn(() -> 1).whenOff(() -> 0).run();
            flags.choose("a", "ann")
                    .whenOn(() -> {
                        throw new IllegalStateException();
                    })
                    .whenOff(() -> 0)
                    .fallBackOnFailure()
                    .run();
            flags.choose("nope", "ann").whenOn(() -> 1).whenOff(() -> 0).run();
            await().atMost(Duration.ofMinutes(2)).ignoreExceptions().untilAsserted(() -> {
                scrape();
                assertThat(registry.get("flags.calls")
                                .tags("feature_flag.key", "a", "arm", "treatment", "outcome", "failure")
                                .functionTimer()
                                .count())
                        .isEqualTo(1);
            });
            assertThat(registry.get("flags.calls")
                            .tags("feature_flag.key", "a", "arm", "treatment", "outcome", "success")
                            .functionTimer()
                            .totalTime(java.util.concurrent.TimeUnit.NANOSECONDS))
                    .isPositive();
            assertThat(registry.get("flags.calls.fallbacks").functionCounter().count())
                    .isEqualTo(1);
            assertThat(gauge("flags.breaker.open", "feature_flag.key", "a")).isZero();
            assertThat(gauge("flags.outcomes.waiting")).isZero();
            assertThat(registry.find("flags.calls")
                            .tags("feature_flag.key", "nope")
                            .meters())
                    .isEmpty();
        }
        assertThat(registry.getMeters()).isEmpty();
    }
}
