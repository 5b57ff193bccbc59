package dev.flags.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.LDClient;
import dev.flags.Flags;
import io.getunleash.FakeUnleash;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.togglz.core.context.FeatureContext;
import org.togglz.core.context.StaticFeatureManagerProvider;
import org.togglz.core.manager.FeatureManager;
import org.togglz.core.user.SimpleFeatureUser;
import org.togglz.core.user.thread.ThreadLocalUserProvider;
import org.togglz.core.util.NamedFeature;

/** What one thread sees of another's: two tests in parallel, a request that goes on in another thread. */
class ThreadBehaviourTest {

    @Test
    void twoInstancesHoldTwoStatesInEverySdk() throws IOException {
        try (Flags on = Given.flags(Given.flag("half", "100"));
                Flags off = Given.flags(Given.flag("half", "0"));
                LDClient launchDarklyOn = Given.launchDarkly(Given.launchDarklyFlag("half", 100_000));
                LDClient launchDarklyOff = Given.launchDarkly(Given.launchDarklyFlag("half", 0))) {
            assertThat(on.isEnabled("half", "ada")).isTrue();
            assertThat(off.isEnabled("half", "ada")).isFalse();
            LDContext ada = LDContext.create("ada");
            assertThat(launchDarklyOn.boolVariation("half", ada, false)).isTrue();
            assertThat(launchDarklyOff.boolVariation("half", ada, false)).isFalse();
        }
        FakeUnleash unleashOn = new FakeUnleash();
        unleashOn.enable("half");
        assertThat(unleashOn.isEnabled("half")).isTrue();
        assertThat(new FakeUnleash().isEnabled("half")).isFalse();
        assertThat(Given.isActive(Given.togglz(Given.state("half", "100")), "half", "ada"))
                .isTrue();
        assertThat(Given.isActive(Given.togglz(Given.state("half", "0")), "half", "ada"))
                .isFalse();
    }

    @Test
    void whatAsksTogglzThroughItsStaticDoorSeesTheManagerOfAnotherTest() throws Exception {
        FeatureManager mine = Given.togglz(Given.state("half", "100"));
        FeatureManager another = Given.togglz(Given.state("half", "0"));
        try {
            FeatureContext.clearCache();
            StaticFeatureManagerProvider.setFeatureManager(mine);
            FeatureManager seenThere = elsewhere(() -> {
                StaticFeatureManagerProvider.setFeatureManager(another);
                return FeatureContext.getFeatureManager();
            });
            assertThat(FeatureContext.getFeatureManager()).isSameAs(seenThere).isNotSameAs(mine);
        } finally {
            StaticFeatureManagerProvider.setFeatureManager(null);
            FeatureContext.clearCache();
        }
    }

    @Test
    void aRequestThatGoesOnInAnotherThreadLosesItsUserInTogglz() throws Exception {
        FeatureManager togglz = Given.togglz(Given.state("half", "100"));
        ThreadLocalUserProvider.bind(new SimpleFeatureUser("ada"));
        try {
            assertThat(togglz.isActive(new NamedFeature("half"))).isTrue();
            assertThat(elsewhere(() -> togglz.isActive(new NamedFeature("half"))))
                    .isFalse();
        } finally {
            ThreadLocalUserProvider.release();
        }
    }

    private static <T> T elsewhere(Callable<T> task) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            return other.submit(task).get(2, TimeUnit.MINUTES);
        } finally {
            other.shutdownNow();
        }
    }
}
