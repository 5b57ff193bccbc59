package dev.flags.env;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.Reason;
import dev.flags.StartupPolicy;
import dev.flags.evaluation.Bucketing;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.source.FlagSource;
import dev.flags.source.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvSourceTest {

    private static EnvSourceBuilder env(String... variables) {
        return EnvSource.builder().variables(map(variables)).systemProperties(Map.of());
    }

    private static Map<String, String> map(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        Arrays.stream(pairs).forEach(p -> map.put(p.substring(0, p.indexOf('=')), p.substring(p.indexOf('=') + 1)));
        return map;
    }

    private static Flags flags(FlagSource... layers) {
        return Flags.builder()
                .layers(List.of(layers))
                .startup(StartupPolicy.dontWait())
                .pollInterval(Duration.ofMillis(10))
                .build();
    }

    private static MemorySource below(FlagDefinition... definitions) {
        MemorySource source = new MemorySource("below");
        Arrays.stream(definitions).forEach(source::set);
        return source;
    }

    @ParameterizedTest
    @CsvSource({
        "true, true", "on, true", "YES, true", "1, true", " true , true", "100%, true",
        "false, false", "off, false", "No, false", "0, false", "0%, false", "kill, false"
    })
    void aVariableTurnsAFlagOnOrOff(String value, boolean expected) {
        try (Flags flags = flags(env("FLAGS_ATOMIC_PROJECTS=" + value).build())) {
            assertThat(flags.isEnabled("atomic-projects", "u1")).isEqualTo(expected);
            assertThat(flags.decide("atomic-projects", EvaluationContext.of("u1"))
                            .layer())
                    .isEqualTo("env");
        }
    }

    @Test
    void theListVariableEnablesWhatItNames() {
        try (Flags flags =
                flags(env("FEATURE_FLAGS= new-dashboard, AI_MEDIA_GEN,,").build(), below(on("other")))) {
            assertThat(flags.isEnabled("new-dashboard", "u1")).isTrue();
            assertThat(flags.isEnabled("ai-media-gen", "u1")).isTrue();
            assertThat(flags.isEnabled("other", "u1")).isTrue();
        }
    }

    @Test
    void aCompleteListTurnsOffWhatIsNotNamed() {
        EnvSource complete =
                env("FEATURE_FLAGS=a", "FLAGS_B=true").listIsComplete().build();
        try (Flags flags = flags(complete, below(on("a"), on("b"), on("c")))) {
            assertThat(flags.isEnabled("a", "u1")).isTrue();
            assertThat(flags.isEnabled("b", "u1")).isTrue();
            assertThat(flags.isEnabled("c", "u1")).isFalse();
        }
    }

    @Test
    void aListDeclaredCompleteThatIsNotSetTurnsNothingOff() {
        try (Flags flags = flags(env().listIsComplete().build(), below(on("c")))) {
            assertThat(flags.isEnabled("c", "u1")).isTrue();
        }
    }

    @Test
    void olderNamesAreReadThroughTheirPrefixesOrByName() {
        EnvSource source = env("FEATURE_ATOMIC_PROJECTS=true", "USE_ATOMIC_CREATION=true", "USE_TLS=true", "OLD=true")
                .prefix("FEATURE_")
                .variable("USE_ATOMIC_CREATION", "atomic.creation")
                .build();
        try (Flags flags = flags(source)) {
            assertThat(flags.isEnabled("atomic-projects", "u1")).isTrue();
            assertThat(flags.isEnabled("atomic.creation", "u1")).isTrue();
            assertThat(flags.decide("tls", null).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
        }
    }

    @Test
    void aPercentageKeepsTheNextLayersSaltVariantsAndRules() {
        FlagDefinition definition = FlagDefinition.builder("color")
                .variants(new LinkedHashMap<>(Map.of("blue", "#00f", "grey", "#888")))
                .offVariant("grey")
                .salt("pepper")
                .percentage(Percentage.of(1))
                .build();
        Bucketing bucketing = Bucketing.of("pepper");
        try (Flags flags = flags(env("FLAGS_COLOR=25%").build(), below(definition))) {
            assertThat(IntStream.range(0, 2_000).mapToObj(i -> "user-" + i))
                    .allSatisfy(user -> assertThat(flags.stringValue("color", EvaluationContext.of(user), "?"))
                            .isEqualTo(bucketing.bucket(user) < 25_000 ? "#00f" : "#888"));
        }
    }

    @Test
    void aVariantsNameServesThatVariantToEverybody() {
        FlagDefinition definition = FlagDefinition.builder("color")
                .variants(new LinkedHashMap<>(Map.of("blue", "#00f", "grey", "#888")))
                .offVariant("grey")
                .build();
        try (Flags flags = flags(env("FLAGS_COLOR=blue").build(), below(definition))) {
            assertThat(flags.stringValue("color", EvaluationContext.of("u1"), "?"))
                    .isEqualTo("#00f");
        }
    }

    @Test
    void aKillWinsOverEveryLayer() {
        try (Flags flags = flags(below(on("a")), env("FLAGS_A=kill").build())) {
            assertThat(flags.decide("a", EvaluationContext.of("u1")).reason()).isEqualTo(Reason.KILLED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FLAGS_STORE=true",
                "FLAGS_ENVIRONMENT=true",
                "FLAGS_STORE_PASSWORD=true",
                "FLAGS_REDIS_USER=true",
                "FLAGS_REDIS_PASSWORD=true",
                "FLAGS_REDIS_SENTINEL_USER=true",
                "FLAGS_REDIS_SENTINEL_PASSWORD=true",
                "FLAGS_JAVA_OPTIONS=-Xmx64m",
                "FLAGS_FLAG=on",
                "FLAGS_EVENT_TO=50%",
                "FLAGS_=true"
            })
    void reservedNamesAreNeverFlags(String variable) {
        try (Flags flags = flags(env(variable).build())) {
            assertThat(flags.all(null)).isEmpty();
            assertThat(flags.status().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"120%", "-1%", "12.3456%", "abc%", "25", "s3cr3t value", "tru\u0000e"})
    void aMalformedValueIsReportedByNameWithoutTheValueAndEnablesNothing(String value) {
        try (Flags flags = flags(env("FLAGS_A=" + value).build(), below(off("a")))) {
            assertThat(flags.isEnabled("a", "u1")).isFalse();
            List<Problem> problems = flags.status().problems();
            assertThat(problems).singleElement().satisfies(p -> {
                assertThat(p.path()).isEqualTo("FLAGS_A");
                assertThat(p.toString()).doesNotContain(value);
            });
        }
    }

    @Test
    void anEmptyVariableIsAnUnsetOne() {
        try (Flags flags = flags(env("FLAGS_A=").build(), below(on("a")))) {
            assertThat(flags.isEnabled("a", "u1")).isTrue();
            assertThat(flags.status().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "FEATURE_A=true, FLAGS_A=false, 0",
        "FEATURE_A=25%, FLAGS_A=true, 25000",
        "FEATURE_FLAGS=a, FLAGS_A=10%, 10000"
    })
    void ofContradictoryVariablesTheLowerExposureWinsAndItIsReported(String one, String other, int buckets) {
        try (Flags flags = flags(env(one, other).prefix("FEATURE_").build())) {
            Bucketing bucketing = Bucketing.of("a");
            assertThat(IntStream.range(0, 500).mapToObj(i -> "user-" + i))
                    .allSatisfy(u -> assertThat(flags.isEnabled("a", u)).isEqualTo(bucketing.bucket(u) < buckets));
            assertThat(flags.status().problems())
                    .singleElement()
                    .satisfies(p -> assertThat(p.toString()).contains("contradicts", "FLAGS_A", "lower exposure"));
        }
    }

    @Test
    void aSystemPropertyCountsBeforeAVariableButNotBeforeAKill() {
        EnvSource source = EnvSource.builder()
                .variables(map("FLAGS_A=false", "FLAGS_B=kill"))
                .systemProperties(map("flags.a=true", "flags.b=true", "flags.store=x", "other=true"))
                .build();
        try (Flags flags = flags(source)) {
            assertThat(flags.isEnabled("a", "u1")).isTrue();
            assertThat(flags.isEnabled("b", "u1")).isFalse();
            assertThat(flags.all(null)).containsOnlyKeys("a", "b");
        }
    }

    @Test
    void aDotEnvFileIsReadAgainWhenItChanges(@TempDir Path directory) throws IOException {
        Path file = directory.resolve(".env");
        Files.writeString(file, "export FLAGS_A=true # a comment\nFLAGS_B='50%'\n");
        try (Flags flags = flags(env("FLAGS_C=true").dotEnv(file).build())) {
            assertThat(flags.isEnabled("a", "u1")).isTrue();
            Files.writeString(file, "FLAGS_A=\"false\"\nFLAGS_C=false\n");
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> !flags.isEnabled("a", "u1"));
            assertThat(flags.decide("b", null).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
            // the process' own variable counts before the file's
            assertThat(flags.isEnabled("c", "u1")).isTrue();
            Files.delete(file);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> flags.decide("a", null).reason() == Reason.FLAG_NOT_FOUND);
        }
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(t -> t.getName().equals("flags-follow-env")));
    }

    @Test
    void malformedDotEnvLinesAreReportedByNumberWithoutTheirText(@TempDir Path directory) throws IOException {
        Path file = directory.resolve(".env");
        Files.writeString(file, "# ok\nhunter2\nFLAGS_A=true\nFLAGS_B=\"unclosed\nNA ME=x\n");
        try (Flags flags = flags(env().dotEnv(file).build())) {
            assertThat(flags.isEnabled("a", "u1")).isTrue();
            assertThat(flags.status().problems())
                    .extracting(Problem::path)
                    .containsExactly(file + ":2", file + ":4", file + ":5");
            assertThat(flags.status().problems().toString()).doesNotContain("hunter2", "unclosed");
        }
    }

    private static FlagDefinition on(String key) {
        return FlagDefinition.builder(key).percentage(Percentage.FULL).build();
    }

    private static FlagDefinition off(String key) {
        return FlagDefinition.builder(key).build();
    }
}
