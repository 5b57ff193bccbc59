package dev.flags.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import com.launchdarkly.sdk.LDContext;
import com.launchdarkly.sdk.server.LDClient;
import dev.flags.Flags;
import io.getunleash.Unleash;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.togglz.core.manager.FeatureManager;

/** Who is inside a percentage, for 10,000 users. */
class PercentageBehaviourTest {
    private static final int USERS = 10_000;

    @Test
    void raisingAPercentageTakesTheTreatmentFromNobodyInFlags() {
        raise(percentage -> treated(Given.flags(Given.flag("half", Integer.toString(percentage))), "half"));
    }

    @Test
    void raisingAPercentageTakesTheTreatmentFromNobodyInLaunchDarkly() {
        raise(percentage -> treated(Given.launchDarkly(Given.launchDarklyFlag("half", percentage * 1_000)), "half"));
    }

    @Test
    void raisingAPercentageTakesTheTreatmentFromNobodyInUnleash() {
        raise(percentage ->
                treated(Given.unleash(Given.feature("half", Integer.toString(percentage), "userId")), "half"));
    }

    @Test
    void raisingAPercentageTakesTheTreatmentFromNobodyInTogglz() {
        raise(percentage -> treated(Given.togglz(Given.state("half", Integer.toString(percentage))), "half"));
    }

    private static void raise(IntFunction<Set<String>> treated) {
        Set<String> before = Set.of();
        for (int percentage : new int[] {1, 5, 10, 25, 50, 75, 100}) {
            Set<String> now = treated.apply(percentage);
            assertThat(now).containsAll(before).hasSizeBetween(percentage * 85 - 30, percentage * 115 + 30);
            before = now;
        }
        assertThat(before).hasSize(USERS);
    }

    @Test
    void halfAPercentIsServedByFlagsAndLaunchDarkly() {
        assertThat(treated(Given.flags(Given.flag("few", "0.5")), "few")).hasSizeBetween(25, 80);
        assertThat(treated(Given.launchDarkly(Given.launchDarklyFlag("few", 500)), "few"))
                .hasSizeBetween(25, 80);
    }

    @Test
    void halfAPercentIsServedToNobodyByUnleashAndTogglz() {
        assertThat(treated(Given.unleash(Given.feature("few", "0.5", "userId")), "few"))
                .isEmpty();
        assertThat(treated(Given.togglz(Given.state("few", "0.5")), "few")).isEmpty();
    }

    @Test
    void twoFlagsWithSimilarNamesChooseTheirUsersIndependentlyInFlagsLaunchDarklyAndUnleash() {
        Flags flags = Given.flags(Given.flag("search-1", "10"), Given.flag("search-2", "10"));
        LDClient launchDarkly = Given.launchDarkly(
                Given.launchDarklyFlag("search-1", 10_000), Given.launchDarklyFlag("search-2", 10_000));
        Unleash unleash =
                Given.unleash(Given.feature("search-1", "10", "userId"), Given.feature("search-2", "10", "userId"));
        assertThat(both(treated(flags, "search-1"), treated(flags, "search-2"))).isBetween(0.06, 0.14);
        assertThat(both(treated(launchDarkly, "search-1"), treated(launchDarkly, "search-2")))
                .isBetween(0.06, 0.14);
        assertThat(both(treated(unleash, "search-1"), treated(unleash, "search-2")))
                .isBetween(0.06, 0.14);
    }

    @Test
    void twoFlagsWhoseNamesDifferInTheLastLetterChooseAlmostTheSameUsersInTogglz() {
        FeatureManager togglz = Given.togglz(Given.state("search-1", "10"), Given.state("search-2", "10"));
        assertThat(both(treated(togglz, "search-1"), treated(togglz, "search-2")))
                .isBetween(0.85, 0.95);
    }

    /** The share of the first's users whom the second has too. */
    private static double both(Set<String> first, Set<String> second) {
        return first.stream().filter(second::contains).count() / (double) first.size();
    }

    private static Set<String> treated(Flags flags, String flag) {
        return treated(user -> flags.isEnabled(flag, user));
    }

    private static Set<String> treated(LDClient client, String flag) {
        return treated(user -> client.boolVariation(flag, LDContext.create(user), false));
    }

    private static Set<String> treated(Unleash unleash, String flag) {
        return treated(user -> unleash.isEnabled(flag, Given.unleashUser(user)));
    }

    private static Set<String> treated(FeatureManager togglz, String feature) {
        return treated(user -> Given.isActive(togglz, feature, user));
    }

    private static Set<String> treated(Predicate<String> isOn) {
        return IntStream.range(0, USERS)
                .mapToObj(i -> "user-" + i)
                .filter(isOn)
                .collect(Collectors.toUnmodifiableSet());
    }
}
