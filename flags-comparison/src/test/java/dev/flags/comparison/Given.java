package dev.flags.comparison;

import com.launchdarkly.sdk.server.Components;
import com.launchdarkly.sdk.server.LDClient;
import com.launchdarkly.sdk.server.LDConfig;
import com.launchdarkly.sdk.server.integrations.FileData;
import dev.flags.Flags;
import dev.flags.source.FileSource;
import io.getunleash.DefaultUnleash;
import io.getunleash.EngineProxyImpl;
import io.getunleash.Unleash;
import io.getunleash.UnleashContext;
import io.getunleash.util.UnleashConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.togglz.core.Feature;
import org.togglz.core.activation.GradualActivationStrategy;
import org.togglz.core.manager.FeatureManager;
import org.togglz.core.manager.FeatureManagerBuilder;
import org.togglz.core.manager.PropertyFeatureProvider;
import org.togglz.core.repository.FeatureState;
import org.togglz.core.repository.StateRepository;
import org.togglz.core.repository.mem.InMemoryStateRepository;
import org.togglz.core.user.SimpleFeatureUser;
import org.togglz.core.user.thread.ThreadLocalUserProvider;
import org.togglz.core.util.NamedFeature;

/** Each SDK with the flags of one test, in its own form. */
final class Given {

    private Given() {}

    static Path file(String text) {
        try {
            return Files.writeString(Files.createTempDirectory("given").resolve("flags.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Flags flags(String... flags) {
        return Flags.builder()
                .layer(FileSource.of(file("{\"schema\":1,\"flags\":[" + String.join(",", flags) + "]}")))
                .build();
    }

    static String flag(String key, String percentage) {
        return "{\"key\":\"" + key + "\",\"percentage\":" + percentage + '}';
    }

    static LDClient launchDarkly(String... flags) {
        return new LDClient(
                "no-key",
                launchDarklyConfig()
                        .dataSource(
                                FileData.dataSource().filePaths(file("{\"flags\":{" + String.join(",", flags) + "}}")))
                        .build());
    }

    static LDConfig.Builder launchDarklyConfig() {
        return new LDConfig.Builder().events(Components.noEvents()).logging(Components.noLogging());
    }

    /** @param weight of the treatment, in thousandths of a percent */
    static String launchDarklyFlag(String key, int weight) {
        return launchDarklyFlag(
                key,
                "\"fallthrough\":{\"rollout\":{\"variations\":[{\"variation\":0,\"weight\":" + weight
                        + "},{\"variation\":1,\"weight\":" + (100_000 - weight) + "}]}}");
    }

    static String launchDarklyFlag(String key, String rest) {
        return "\"" + key + "\":{\"key\":\"" + key + "\",\"version\":1,\"on\":true,\"salt\":\"" + key
                + "\",\"offVariation\":1,\"variations\":[true,false]," + rest + "}";
    }

    static Unleash unleash(String... features) {
        UnleashConfig config = unleashConfig()
                .toggleBootstrapProvider(() -> Optional.of(unleashDocument(features)))
                .disablePolling()
                .build();
        return new DefaultUnleash(config, new EngineProxyImpl(config));
    }

    static UnleashConfig.Builder unleashConfig() {
        String id = UUID.randomUUID().toString();
        return UnleashConfig.builder()
                .appName("given")
                .instanceId(id)
                .unleashAPI("http://localhost:1/api")
                .backupFile(file("").resolveSibling("backup").toString())
                .disableMetrics();
    }

    static String unleashDocument(String... features) {
        return "{\"version\":2,\"features\":[" + String.join(",", features) + "]}";
    }

    static String feature(String name, String rollout, String stickiness) {
        return "{\"name\":\"" + name
                + "\",\"enabled\":true,\"strategies\":[{\"name\":\"flexibleRollout\",\"parameters\":{\"rollout\":\""
                + rollout + "\",\"stickiness\":\"" + stickiness + "\",\"groupId\":\"" + name + "\"}}]}";
    }

    static UnleashContext unleashUser(String id) {
        return UnleashContext.builder().userId(id).build();
    }

    static FeatureManager togglz(FeatureState... states) {
        StateRepository repository = new InMemoryStateRepository();
        for (FeatureState state : states) {
            repository.setFeatureState(state);
        }
        return togglz(repository);
    }

    static FeatureManager togglz(StateRepository states) {
        return new FeatureManagerBuilder()
                .featureProvider(new PropertyFeatureProvider(new Properties()))
                .stateRepository(states)
                .userProvider(new ThreadLocalUserProvider())
                .build();
    }

    static FeatureState state(String name, String percentage) {
        return new FeatureState(new NamedFeature(name), true)
                .setStrategyId(GradualActivationStrategy.ID)
                .setParameter(GradualActivationStrategy.PARAM_PERCENTAGE, percentage);
    }

    /** What Togglz decides for a user who is bound for this one decision. */
    static boolean isActive(FeatureManager togglz, String feature, String user) {
        Feature named = new NamedFeature(feature);
        ThreadLocalUserProvider.bind(new SimpleFeatureUser(user));
        try {
            return togglz.isActive(named);
        } finally {
            ThreadLocalUserProvider.release();
        }
    }
}
