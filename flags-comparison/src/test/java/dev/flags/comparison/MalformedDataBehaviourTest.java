package dev.flags.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.launchdarkly.sdk.EvaluationReason;
import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.LDClient;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.Reason;
import dev.flags.source.FileSource;
import io.getunleash.DefaultUnleash;
import io.getunleash.EngineProxyImpl;
import io.getunleash.Unleash;
import io.getunleash.event.ClientFeaturesResponse;
import io.getunleash.util.UnleashConfig;
import io.getunleash.util.UnleashScheduledExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.togglz.core.manager.FeatureManager;

/** One flag of two is malformed: "odd" has a text where its percentage, or its rules, belong; "good" is on for everybody. */
class MalformedDataBehaviourTest {
    private static final String ODD_FLAG = "{\"key\":\"odd\",\"percentage\":\"many\"}";
    private static final String ODD_LAUNCHDARKLY =
            "\"odd\":{\"key\":\"odd\",\"version\":1,\"on\":true,\"rules\":\"many\"}";
    private static final String ODD_FEATURE = "{\"name\":\"odd\",\"enabled\":true,\"strategies\":\"many\"}";

    @Test
    void flagsServesTheOthersAtAStart() {
        try (Flags flags = Given.flags(Given.flag("good", "100"), ODD_FLAG)) {
            assertThat(flags.isEnabled("good", "ada")).isTrue();
            assertThat(flags.decide("odd", EvaluationContext.builder("ada").build())
                            .reason())
                    .isEqualTo(Reason.MALFORMED_FLAG);
        }
    }

    @Test
    void flagsKeepsWhatWasGoodOfTheFlagAndUpdatesTheOthers() throws IOException {
        Path file = Given.file("{\"flags\":[" + Given.flag("good", "0") + "," + Given.flag("odd", "100") + "]}");
        try (Flags flags = Flags.builder().layer(FileSource.of(file)).build()) {
            replace(file, "{\"flags\":[" + Given.flag("good", "100") + "," + ODD_FLAG + "]}");
            await().atMost(Duration.ofMinutes(2)).until(() -> flags.isEnabled("good", "ada"));
            assertThat(flags.isEnabled("odd", "ada")).isTrue();
        }
    }

    private static void replace(Path file, String text) throws IOException {
        Files.move(Given.file(text), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void launchDarklysFileIsRefusedWholeAtAStart() throws IOException {
        try (LDClient client = Given.launchDarkly(onForAll("good"), ODD_LAUNCHDARKLY)) {
            assertThat(client.isInitialized()).isFalse();
            assertThat(client.boolVariationDetail("good", LDContext.create("ada"), false)
                            .getReason()
                            .getErrorKind())
                    .isEqualTo(EvaluationReason.ErrorKind.CLIENT_NOT_READY);
        }
    }

    @Test
    void aFlagOfLaunchDarklyThatContradictsItselfIsTheDefaultWithAReasonAndTheOthersAreServed() throws IOException {
        String noSuchVariation = Given.launchDarklyFlag("odd", "\"fallthrough\":{\"variation\":9}");
        try (LDClient client = Given.launchDarkly(onForAll("good"), noSuchVariation)) {
            assertThat(client.boolVariation("good", LDContext.create("ada"), false))
                    .isTrue();
            assertThat(client.boolVariationDetail("odd", LDContext.create("ada"), true)
                            .getReason()
                            .getErrorKind())
                    .isEqualTo(EvaluationReason.ErrorKind.MALFORMED_FLAG);
        }
    }

    private static String onForAll(String key) {
        return Given.launchDarklyFlag(key, "\"fallthrough\":{\"variation\":0}");
    }

    @Test
    void unleashServesNothingAtAStart() {
        Unleash unleash = Given.unleash(Given.feature("good", "100", "userId"), ODD_FEATURE);
        assertThat(unleash.isEnabled("good", Given.unleashUser("ada"))).isFalse();
    }

    @Test
    void unleashKeepsAllThatItHadWhenAnUpdateIsRefused() {
        AtomicReference<String> served = new AtomicReference<>(
                Given.unleashDocument(Given.feature("good", "0", "userId"), Given.feature("odd", "100", "userId")));
        Steps steps = new Steps();
        UnleashConfig config = Given.unleashConfig()
                .scheduledExecutor(steps)
                .synchronousFetchOnInitialisation(true)
                .unleashFeatureFetcherFactory(given -> () -> ClientFeaturesResponse.updated(served.get()))
                .build();
        Unleash unleash = new DefaultUnleash(config, new EngineProxyImpl(config));
        assertThat(unleash.isEnabled("odd", Given.unleashUser("ada"))).isTrue();

        served.set(Given.unleashDocument(Given.feature("good", "100", "userId"), ODD_FEATURE));
        steps.run();
        assertThat(unleash.isEnabled("good", Given.unleashUser("ada"))).isFalse();
        assertThat(unleash.isEnabled("odd", Given.unleashUser("ada"))).isTrue();

        served.set(Given.unleashDocument(Given.feature("good", "100", "userId")));
        steps.run();
        assertThat(unleash.isEnabled("good", Given.unleashUser("ada"))).isTrue();
    }

    @Test
    void togglzTakesAFeatureWhosePercentageIsNoNumberForOffAndServesTheOthers() {
        FeatureManager togglz = Given.togglz(Given.state("good", "100"), Given.state("odd", "many"));
        assertThat(Given.isActive(togglz, "good", "ada")).isTrue();
        assertThat(Given.isActive(togglz, "odd", "ada")).isFalse();
    }

    /** Runs what is to be repeated when the test says so. */
    private static final class Steps implements UnleashScheduledExecutor {
        private final List<Runnable> repeated = new ArrayList<>();

        @Override
        public void setInterval(Runnable task, long initialDelaySeconds, long periodSeconds) {
            repeated.add(task);
        }

        @Override
        public Future<Void> scheduleOnce(Runnable task) {
            task.run();
            return CompletableFuture.completedFuture(null);
        }

        void run() {
            repeated.forEach(Runnable::run);
        }
    }
}
