package dev.flags.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every contender really decides what its table's row says: a benchmark would measure an unknown flag without a word. */
class ContenderTest {

    @TempDir
    private Path directory;

    static Stream<Arguments> questions() {
        return Stream.of(Sdk.values())
                .flatMap(sdk -> sdk.questions.stream().map(question -> Arguments.of(sdk, question)));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void servesTheShareOfTheCrowdThatTheQuestionNames(Sdk sdk, Question question) throws IOException {
        try (Contender<Object, Object> contender = open(sdk)) {
            Object flag = contender.flag(question.key);
            double share = share(i -> contender.isOn(flag, contender.user(Crowd.id(i), Crowd.country(i))));
            assertThat(share).isCloseTo(expected(question), within(tolerance(question)));
        }
    }

    @ParameterizedTest
    @MethodSource("lists")
    void servesExactlyWhoIsListed(Sdk sdk, Question question) throws IOException {
        Set<String> members = Set.copyOf(Crowd.members());
        try (Contender<Object, Object> contender = open(sdk)) {
            Object flag = contender.flag(question.key);
            assertThat(IntStream.range(0, Crowd.SIZE)
                            .filter(i -> contender.isOn(flag, contender.user(Crowd.id(i), "US")))
                            .mapToObj(Crowd::id))
                    .containsExactlyInAnyOrderElementsOf(members);
        }
    }

    static Stream<Arguments> lists() {
        return questions().filter(pair -> pair.get()[1] == Question.LISTED || pair.get()[1] == Question.SEGMENT);
    }

    @ParameterizedTest
    @EnumSource
    void servesTenPercentToABareUserId(Sdk sdk) throws IOException {
        try (Contender<Object, Object> contender = open(sdk)) {
            Object flag = contender.flag(Question.TEN_PERCENT.key);
            double share = share(i -> contender.isOnForId(flag, Crowd.id(i)));
            assertThat(share).isCloseTo(0.1, within(0.02));
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_NONE, names = "TOGGLZ.*")
    void dividesTheVariantsEvenly(Sdk sdk) throws IOException {
        try (Contender<Object, Object> contender = open(sdk)) {
            double blue =
                    share(i -> "#00f".equals(contender.text(contender.variant(contender.user(Crowd.id(i), "US")))));
            double green =
                    share(i -> "#0f0".equals(contender.text(contender.variant(contender.user(Crowd.id(i), "US")))));
            assertThat(blue).isCloseTo(0.5, within(0.03));
            assertThat(blue + green).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void holdsAsManyFlagsAsItIsGiven(Sdk sdk) throws IOException {
        try (Contender<Object, Object> contender = open(sdk)) {
            Object last = contender.flag("flag-999"); // at 90 %
            double share = share(i -> contender.isOn(last, contender.user(Crowd.id(i), "US")));
            assertThat(share).isCloseTo(0.9, within(0.02));
        }
    }

    private Contender<Object, Object> open(Sdk sdk) throws IOException {
        Path file = directory.resolve("flags.json");
        sdk.write(file, 1_000);
        return sdk.open(file);
    }

    private static double share(IntPredicate on) {
        return IntStream.range(0, Crowd.SIZE).filter(on).count() / (double) Crowd.SIZE;
    }

    private static double expected(Question question) {
        return switch (question) {
            case FULLY_ON, PREREQUISITE -> 1;
            case TEN_PERCENT -> 0.1;
            case RULE -> 0.25 + 0.75 * 0.5;
            case LISTED, SEGMENT -> Crowd.members().size() / (double) Crowd.SIZE;
            case UNKNOWN -> 0;
        };
    }

    private static double tolerance(Question question) {
        return question == Question.TEN_PERCENT || question == Question.RULE ? 0.02 : 0;
    }

    @Test
    void theCrowdLivesInFourCountries() {
        assertThat(share(i -> Crowd.country(i).equals("DE"))).isEqualTo(0.25);
    }
}
