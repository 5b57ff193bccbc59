package dev.flags.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import dev.flags.Flags;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventConditions;

/** What the extension refuses, seen through JUnit's own test kit. */
class FailingTestsTest {

    private static void runAndExpectFailure(Class<?> testClass, String... messageParts) {
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.conditions.deactivate", "*")
                .selectors(selectClass(testClass))
                .execute()
                .allEvents()
                .assertThatEvents()
                .haveExactly(1, event(finishedWithFailure(message(m -> containsAll(m, messageParts)))));
    }

    private static boolean containsAll(String text, String... parts) {
        for (String part : parts) {
            if (!text.contains(part)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aStrictTestThatAsksForAnUnknownFlagFailsAndNamesIt() {
        runAndExpectFailure(Strict.class, "misspelt", "@WithFlag");
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Strict.class))
                .execute()
                .testEvents()
                .assertThatEvents()
                .haveExactly(1, event(test("known"), EventConditions.finishedSuccessfully()));
    }

    @StrictFlags
    @WithFlag("known")
    static class Strict {
        @Test
        void known(Flags flags) {
            flags.isEnabled("known", "u1");
        }

        @Test
        void unknown(Flags flags) {
            flags.pin().isEnabled("misspelt", "u1");
        }
    }

    @Test
    void contradictoryAttributesOfAnAnnotationFailTheTest() {
        runAndExpectFailure(Contradictory.class, "takes one of", "\"a\"");
    }

    static class Contradictory {
        @Test
        @WithFlag(value = "a", variant = "red", percentage = 50)
        void isNotRun() {}
    }

    @Test
    void flagsOfNoTestInParticularAreRefused() {
        runAndExpectFailure(BeforeAllTests.class, "belong to one test");
    }

    @ExtendWith(FlagsExtension.class)
    static class BeforeAllTests {
        @BeforeAll
        static void before(Flags flags) {}

        @Test
        void isNotRun() {}
    }

    @Test
    void aFileThatIsNotThereFailsTheTestAndNamesBothPlaces() {
        runAndExpectFailure(NoFile.class, "nowhere.json", "neither a resource");
    }

    @FlagsFromFile("nowhere.json")
    static class NoFile {
        @Test
        void isNotRun() {}
    }

    @Test
    void tooManyCombinationsAreRefused() {
        runAndExpectFailure(TooMany.class, "1 to 8", "9");
    }

    static class TooMany {
        @VaryFlags({"1", "2", "3", "4", "5", "6", "7", "8", "9"})
        void isNotRun() {}
    }
}
