package dev.flags.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.launchdarkly.sdk.EvaluationReason.ErrorKind;
import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.LDClient;
import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.Reason;
import io.getunleash.Unleash;
import io.getunleash.UnleashContext;
import java.io.IOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.togglz.core.manager.FeatureManager;
import org.togglz.core.util.NamedFeature;

/** What a call answers that lacks something: the flag, the user, or an argument. */
class CallBehaviourTest {
    private static final LDContext ADA = LDContext.create("ada");
    private static final UnleashContext NOBODY = UnleashContext.builder().build();

    @Test
    void flagsNamesWhatIsMissingAndNeverThrows() {
        try (Flags flags = Given.flags(Given.flag("half", "50"))) {
            EvaluationContext ada = EvaluationContext.builder("ada").build();
            assertThat(flags.decide("no-such-flag", ada).reason()).isEqualTo(Reason.FLAG_NOT_FOUND);
            Decision nobody = flags.decide("half", null);
            assertThat(nobody.reason()).isEqualTo(Reason.NO_TARGETING_KEY);
            assertThat(nobody.enabled()).isFalse();
            assertThat(flags.isEnabled(null, "ada")).isFalse();
        }
    }

    @Test
    void launchDarklyNamesWhatIsMissingAndNeverThrows() throws IOException {
        try (LDClient client = Given.launchDarkly(Given.launchDarklyFlag("half", 50_000))) {
            assertThat(errorOf(client, "no-such-flag", ADA)).isEqualTo(ErrorKind.FLAG_NOT_FOUND);
            assertThat(errorOf(client, "half", LDContext.create(""))).isEqualTo(ErrorKind.USER_NOT_SPECIFIED);
            assertThat(errorOf(client, "half", null)).isEqualTo(ErrorKind.USER_NOT_SPECIFIED);
            assertThat(errorOf(client, null, ADA)).isEqualTo(ErrorKind.FLAG_NOT_FOUND);
        }
    }

    private static ErrorKind errorOf(LDClient client, String flag, LDContext context) {
        return client.boolVariationDetail(flag, context, false).getReason().getErrorKind();
    }

    @Test
    void unleashIsOffWithoutAUserIdWhereThePercentageSticksToIt() {
        Unleash unleash = Given.unleash(Given.feature("half", "50", "userId"));
        assertThat(IntStream.range(0, 100).filter(i -> unleash.isEnabled("half", NOBODY)))
                .isEmpty();
        assertThat(unleash.isEnabled("no-such-flag", NOBODY)).isFalse();
    }

    @Test
    void unleashThrowsDiceForEachCallWithoutAUserIdWhereThePercentageSticksByDefault() {
        Unleash unleash = Given.unleash(Given.feature("half", "50", "default"));
        assertThat(IntStream.range(0, 1_000).filter(i -> unleash.isEnabled("half", NOBODY)))
                .hasSizeBetween(350, 650);
    }

    @Test
    void unleashThrowsWithoutAContext() {
        Unleash unleash = Given.unleash(Given.feature("half", "50", "userId"));
        UnleashContext none = null;
        assertThatThrownBy(() -> unleash.isEnabled("half", none)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void togglzIsOffWithoutAUserAndForAFeatureThatNobodyKnows() {
        FeatureManager togglz = Given.togglz(Given.state("half", "50"));
        assertThat(togglz.isActive(new NamedFeature("half"))).isFalse();
        assertThat(Given.isActive(togglz, "no-such-flag", "ada")).isFalse();
    }

    @Test
    void togglzThrowsWithoutAFeature() {
        FeatureManager togglz = Given.togglz(Given.state("half", "50"));
        assertThatThrownBy(() -> togglz.isActive(null)).isInstanceOf(IllegalArgumentException.class);
    }
}
