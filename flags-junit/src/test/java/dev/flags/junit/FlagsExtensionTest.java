package dev.flags.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@WithFlag("on-for-the-class")
@WithFlag(value = "of-the-class", enabled = false)
class FlagsExtensionTest {
    private final Flags ofTheConstructor;

    FlagsExtensionTest(Flags flags) {
        this.ofTheConstructor = flags;
    }

    @BeforeEach
    void theSameObjectIsGivenToTheConstructorAndToEachMethodOfOneTest(TestFlags flags) {
        assertThat(flags).isSameAs(ofTheConstructor);
    }

    @Test
    @WithFlag("of-the-class")
    void aMethodsAnnotationCountsBeforeTheClasses(Flags flags) {
        assertThat(flags).isSameAs(ofTheConstructor);
        assertThat(flags.isEnabled("of-the-class")).isTrue();
        assertThat(flags.isEnabled("on-for-the-class")).isTrue();
    }

    @Test
    @WithFlag(value = "color", variant = "red")
    @WithFlag(value = "half", percentage = 50)
    void variantsAndPercentagesAreEvaluatedForReal(TestFlags flags) {
        assertThat(flags.stringValue("color", EvaluationContext.of("u1"), "?")).isEqualTo("red");
        assertThat(IntStream.range(0, 1_000)
                        .filter(i -> flags.isEnabled("half", "u" + i))
                        .count())
                .isBetween(420L, 580L);
    }

    @Test
    void aTestChangesAFlagMidwayAndOtherThreadsSeeIt(TestFlags flags) {
        assertThat(isEnabledElsewhere(flags, "of-the-class")).isFalse();
        flags.enable("of-the-class");
        assertThat(isEnabledElsewhere(flags, "of-the-class")).isTrue();
        flags.kill("of-the-class");
        assertThat(isEnabledElsewhere(flags, "of-the-class")).isFalse();
        flags.unkill("of-the-class").variant("of-the-class", "off");
        assertThat(isEnabledElsewhere(flags, "of-the-class")).isFalse();
        flags.variant("of-the-class", "on");
        assertThat(isEnabledElsewhere(flags, "of-the-class")).isTrue();
    }

    private static boolean isEnabledElsewhere(Flags flags, String key) {
        return CompletableFuture.supplyAsync(() -> flags.isEnabled(key, "u1")).join();
    }

    @Test
    @FlagsFromFile("/checkout.yaml")
    void aFileGivesTargetsAndRulesThatAPercentageKeepsAndEnabledDoesNot(TestFlags flags) {
        assertThat(flags.isEnabled("express-checkout", "tester")).isTrue();
        assertThat(flags.isEnabled("express-checkout", "somebody")).isFalse();
        flags.percentage("express-checkout", Percentage.FULL);
        assertThat(flags.isEnabled("express-checkout", "blocked")).isFalse();
        flags.enable("express-checkout");
        assertThat(flags.isEnabled("express-checkout", "blocked")).isTrue();
    }

    @Test
    void flagsAreDefinedWithEverythingAFlagCanHave(TestFlags flags) {
        flags.define(FlagDefinition.builder("base").build());
        flags.define(FlagDefinition.builder("dependent")
                .percentage(Percentage.FULL)
                .prerequisites(java.util.List.of(new dev.flags.model.Prerequisite("base", java.util.Optional.empty())))
                .build());
        assertThat(flags.isEnabled("dependent", "u1")).isFalse();
        flags.enable("base");
        assertThat(flags.isEnabled("dependent", "u1")).isTrue();
    }

    @Nested
    @WithFlag(value = "on-for-the-class", enabled = false)
    class InsideAnotherClass {
        @Test
        void theInnerClassCountsBeforeTheOuter(TestFlags flags) {
            assertThat(flags.isEnabled("on-for-the-class")).isFalse();
            assertThat(flags.isEnabled("of-the-class")).isFalse();
        }
    }

    @Nested
    class Combinations {
        private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

        @VaryFlags({"a", "b"})
        @WithFlag("a")
        void everyCombinationIsRunAndNamed(TestFlags flags, TestInfo test) {
            boolean a = flags.isEnabled("a");
            boolean b = flags.isEnabled("b");
            assertThat(test.getDisplayName()).isEqualTo("a=" + (a ? "on" : "off") + ", b=" + (b ? "on" : "off"));
            assertThat(SEEN.add(test.getDisplayName())).isTrue();
        }
    }

    @Nested
    @Execution(ExecutionMode.CONCURRENT)
    class Concurrently {
        @RepeatedTest(200)
        void everyTestHasItsOwnFlags(TestFlags flags) {
            assertThat(flags.isEnabled("mine")).isFalse();
            flags.enable("mine");
            assertThat(isEnabledElsewhere(flags, "mine")).isTrue();
        }
    }
}
