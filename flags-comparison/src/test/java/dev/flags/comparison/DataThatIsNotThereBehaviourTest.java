package dev.flags.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.launchdarkly.sdk.EvaluationReason;
import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.subsystems.DataSource;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.Reason;
import dev.flags.StartupPolicy;
import dev.flags.Subscription;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import io.getunleash.DefaultUnleash;
import io.getunleash.EngineProxyImpl;
import io.getunleash.Unleash;
import io.getunleash.util.UnleashConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.togglz.core.Feature;
import org.togglz.core.manager.FeatureManager;
import org.togglz.core.repository.FeatureState;
import org.togglz.core.repository.StateRepository;
import org.togglz.core.repository.cache.CachingStateRepository;

/** What a decision does while the flags have not come, or when they cannot be read. */
class DataThatIsNotThereBehaviourTest {

    @Test
    void flagsDecidesByItsDefaultWithoutWaitingAndSaysThatItIsNotReady() {
        try (Flags flags = Flags.builder()
                .layer(new NeverAnswers())
                .startup(StartupPolicy.dontWait())
                .build()) {
            assertThat(flags.isEnabled("half", "ada")).isFalse();
            assertThat(flags.isEnabled("half", "ada", true)).isTrue();
            assertThat(flags.decide("half", EvaluationContext.builder("ada").build())
                            .reason())
                    .isEqualTo(Reason.NOT_READY);
            assertThat(flags.status().state()).isEqualTo(FlagsStatus.State.NOT_READY);
        }
    }

    @Test
    void launchDarklyDecidesByTheDefaultAfterItsConstructorHasWaitedAsLongAsItMay() throws IOException {
        CompletableFuture<Void> never = new CompletableFuture<>();
        try (LDClient client = new LDClient(
                "no-key",
                Given.launchDarklyConfig()
                        .dataSource(context -> new DataSource() {
                            @Override
                            public Future<Void> start() {
                                return never;
                            }

                            @Override
                            public boolean isInitialized() {
                                return false;
                            }

                            @Override
                            public void close() {}
                        })
                        .startWait(Duration.ofMillis(10))
                        .build())) {
            assertThat(client.boolVariationDetail("half", LDContext.create("ada"), true)
                            .getValue())
                    .isTrue();
            assertThat(client.boolVariationDetail("half", LDContext.create("ada"), true)
                            .getReason()
                            .getErrorKind())
                    .isEqualTo(EvaluationReason.ErrorKind.CLIENT_NOT_READY);
        }
    }

    @Test
    void unleashDecidesByTheDefaultWithoutWaiting() {
        UnleashConfig config = Given.unleashConfig().disablePolling().build();
        Unleash unleash = new DefaultUnleash(config, new EngineProxyImpl(config));
        assertThat(unleash.isEnabled("half", Given.unleashUser("ada"))).isFalse();
        assertThat(unleash.isEnabled("half", Given.unleashUser("ada"), true)).isTrue();
    }

    @Test
    void togglzReadsItsRepositoryInTheThreadThatAsks() {
        AtomicReference<Thread> reader = new AtomicReference<>();
        FeatureManager togglz = Given.togglz(cached(feature -> {
            reader.set(Thread.currentThread());
            return Given.state(feature.name(), "100");
        }));
        assertThat(Given.isActive(togglz, "half", "ada")).isTrue();
        assertThat(reader).hasValue(Thread.currentThread());
    }

    @Test
    void togglzThrowsWhatItsRepositoryThrowsAlsoBehindItsCache() {
        FeatureManager togglz = Given.togglz(cached(feature -> {
            throw new IllegalStateException("the database is away");
        }));
        assertThatThrownBy(() -> Given.isActive(togglz, "half", "ada")).hasMessage("the database is away");
    }

    private static StateRepository cached(Reading reading) {
        return new CachingStateRepository(
                new StateRepository() {
                    @Override
                    public FeatureState getFeatureState(Feature feature) {
                        return reading.state(feature);
                    }

                    @Override
                    public void setFeatureState(FeatureState state) {
                        throw new UnsupportedOperationException();
                    }
                },
                1,
                TimeUnit.MINUTES);
    }

    private interface Reading {
        FeatureState state(Feature feature);
    }

    /** A store that is away. */
    private static final class NeverAnswers implements FlagSource {
        @Override
        public String name() {
            return "away";
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener listener) {
            return () -> {};
        }

        @Override
        public void close() {}
    }
}
