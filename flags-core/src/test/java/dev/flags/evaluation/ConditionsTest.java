package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.EvaluationContext;
import dev.flags.Reason;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionsTest {
    /** The three answers of a condition, seen from outside: YES, NO (so its negation matches), or neither. */
    private enum Answer {
        MATCHES,
        DIFFERS,
        NEITHER
    }

    private static Answer answer(String condition, EvaluationContext context) {
        boolean plain = matches("{" + condition + "}", context);
        boolean negated = matches("{" + condition + ",'negate':true}", context);
        assertThat(plain && negated).as("both ways").isFalse();
        return plain ? Answer.MATCHES : negated ? Answer.DIFFERS : Answer.NEITHER;
    }

    private static boolean matches(String condition, EvaluationContext context) {
        Snapshot snapshot =
                Given.flags("{'key':'f','rules':[{'id':'r','conditions':[" + condition + "],'variant':'on'}]}");
        return Given.decide(snapshot, "f", context).reason() == Reason.RULE;
    }

    private static Answer compare(String operator, Object attribute, String... values) {
        String list = "['" + String.join("','", values) + "']";
        return answer("'attribute':'a','operator':'" + operator + "','values':" + list, Given.user("a", attribute));
    }

    private static Answer compareJson(String operator, Object attribute, String jsonValues) {
        return answer(
                "'attribute':'a','operator':'" + operator + "','values':" + jsonValues, Given.user("a", attribute));
    }

    @ParameterizedTest
    @CsvSource({
        "in, DE, DE, MATCHES",
        "in, de, DE, DIFFERS",
        "in, DE , DE|FR, MATCHES",
        "in, IT, DE|FR, DIFFERS",
        "startsWith, premium-gold, premium, MATCHES",
        "startsWith, Premium, premium, DIFFERS",
        "startsWith, pre, premium, DIFFERS",
        "endsWith, ann@example.com, @example.com, MATCHES",
        "endsWith, com, @example.com, DIFFERS",
        "contains, ann@example.com, @exam, MATCHES",
        "contains, ann, bob, DIFFERS",
        "contains, ann, bob|nn, MATCHES",
        "matches, build-1234, ^build-[0-9]+$, MATCHES",
        "matches, my build-1234!, build-[0-9]+, MATCHES",
        "matches, build-x, build-[0-9]+, DIFFERS",
        "matches, BUILD-1, build-[0-9]+, DIFFERS",
    })
    void operatorsOnTexts(String operator, String attribute, String values, Answer expected) {
        assertThat(compare(operator, attribute, values.split("\\|"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "in, de, DE, MATCHES",
        "in, straße, STRASSE, DIFFERS",
        "in, ÉTÉ, été, MATCHES",
        "startsWith, PREMIUM-gold, premium, MATCHES",
        "endsWith, ann@EXAMPLE.com, @example.COM, MATCHES",
        "contains, ann@EXAMPLE.com, exam, MATCHES",
        "contains, ann, annabel, DIFFERS",
        "matches, BUILD-1, build-[0-9]+, MATCHES",
    })
    void textsCanBeComparedIgnoringCase(String operator, String attribute, String value, Answer expected) {
        assertThat(answer(
                        "'attribute':'a','operator':'" + operator + "','values':['" + value + "'],'ignoreCase':true",
                        Given.user("a", attribute)))
                .isEqualTo(expected);
    }

    @Test
    void caseIsIgnoredAlikeWhateverTheMachinesLanguage() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(answer(
                            "'attribute':'a','operator':'in','values':['TITLE'],'ignoreCase':true",
                            Given.user("a", "title")))
                    .isEqualTo(Answer.MATCHES);
        } finally {
            Locale.setDefault(before);
        }
    }

    static Stream<Number> fortyTwos() {
        return Stream.of(
                (byte) 42,
                (short) 42,
                42,
                42L,
                42f,
                42d,
                new BigDecimal("42.00"),
                BigInteger.valueOf(42),
                new AtomicLong(42));
    }

    @ParameterizedTest
    @MethodSource("fortyTwos")
    void numbersOfAllTypesCompareByValue(Number fortyTwo) {
        assertThat(compareJson("in", fortyTwo, "[42]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("in", fortyTwo, "[42.0]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("in", fortyTwo, "['42']")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("in", fortyTwo, "[43, 41.999]")).isEqualTo(Answer.DIFFERS);
        assertThat(compareJson("<", fortyTwo, "[42]")).isEqualTo(Answer.DIFFERS);
        assertThat(compareJson("<", fortyTwo, "[42.001]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("<=", fortyTwo, "[42]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("<=", fortyTwo, "[41.999]")).isEqualTo(Answer.DIFFERS);
        assertThat(compareJson(">", fortyTwo, "[42]")).isEqualTo(Answer.DIFFERS);
        assertThat(compareJson(">", fortyTwo, "[-1e400]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson(">=", fortyTwo, "[42]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson(">=", fortyTwo, "[1e400]")).isEqualTo(Answer.DIFFERS);
        assertThat(compareJson(">", fortyTwo, "['41']")).isEqualTo(Answer.MATCHES);
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of(0.1, "in", "[0.1]", Answer.MATCHES),
                Arguments.of(0.1f, "in", "[0.1]", Answer.MATCHES),
                Arguments.of(Long.MAX_VALUE, "in", "[9223372036854775807]", Answer.MATCHES),
                Arguments.of(Long.MAX_VALUE, "<", "[9223372036854775808]", Answer.MATCHES),
                Arguments.of(Long.MIN_VALUE, ">", "[-9223372036854775809]", Answer.MATCHES),
                // 2^53 + 1 is no double
                Arguments.of(9007199254740993L, ">", "[9007199254740992]", Answer.MATCHES),
                Arguments.of(9007199254740992.0, "<", "[9007199254740993]", Answer.MATCHES),
                Arguments.of(-1, "<", "[-0.5]", Answer.MATCHES),
                Arguments.of(0, ">", "[-0.5]", Answer.MATCHES),
                Arguments.of(-0.0, "in", "[0]", Answer.MATCHES),
                Arguments.of(0, "<", "[1e-400]", Answer.MATCHES),
                Arguments.of(Double.POSITIVE_INFINITY, ">", "[1e300]", Answer.MATCHES),
                Arguments.of(Float.NEGATIVE_INFINITY, "<", "[0.5]", Answer.MATCHES),
                Arguments.of(Double.NaN, "<", "[1]", Answer.NEITHER),
                Arguments.of(Double.NaN, "in", "[1]", Answer.NEITHER),
                Arguments.of("17.5", ">", "[17]", Answer.MATCHES),
                Arguments.of("many", ">", "[17]", Answer.NEITHER),
                Arguments.of("", ">", "[17]", Answer.NEITHER),
                Arguments.of(true, ">", "[0]", Answer.NEITHER),
                Arguments.of(new BigDecimal("1e999999999"), ">", "[1e400]", Answer.MATCHES),
                // zero however it is written; a text may just look like one
                Arguments.of(5, "in", "[0e30]", Answer.DIFFERS),
                Arguments.of(5, "in", "['0e30']", Answer.DIFFERS),
                Arguments.of(0, "in", "['0e30']", Answer.MATCHES),
                Arguments.of(-1, "<", "[0e30]", Answer.MATCHES),
                Arguments.of(5, ">", "[10, 3]", Answer.MATCHES));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numbersCompareExactly(Object attribute, String operator, String values, Answer expected) {
        assertThat(compareJson(operator, attribute, values)).isEqualTo(expected);
    }

    /** A number of a class of the application's, written as people do. */
    private static final class Fraction extends Number {
        private static final long serialVersionUID = 1L;
        private final int numerator;
        private final int denominator;

        Fraction(int numerator, int denominator) {
            this.numerator = numerator;
            this.denominator = denominator;
        }

        @Override
        public double doubleValue() {
            return (double) numerator / denominator;
        }

        @Override
        public float floatValue() {
            return (float) doubleValue();
        }

        @Override
        public long longValue() {
            return (long) doubleValue();
        }

        @Override
        public int intValue() {
            return (int) doubleValue();
        }

        @Override
        public String toString() {
            return numerator + " / " + denominator;
        }
    }

    @Test
    void numbersOfAnApplicationsOwnTypeCompareByValue() {
        Fraction half = new Fraction(1, 2);
        assertThat(compareJson(">", half, "[100]")).isEqualTo(Answer.DIFFERS);
        assertThat(compareJson("<", half, "[100]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("in", half, "[0.5]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson(">", new Fraction(1, 0), "[100]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("<", new Fraction(-1, 0), "[-100]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson(">", new Fraction(0, 0), "[-100]")).isEqualTo(Answer.NEITHER);
    }

    @Test
    void booleansAndOtherObjectsAreComparedByTheirText() {
        assertThat(compareJson("in", true, "[true]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("in", true, "['true']")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson("in", true, "[false]")).isEqualTo(Answer.DIFFERS);
        UUID id = UUID.fromString("7d444840-9dc0-11d1-b245-5ffdce74fad2");
        assertThat(compare("in", id, id.toString())).isEqualTo(Answer.MATCHES);
        assertThat(compare("startsWith", id, "7d44")).isEqualTo(Answer.MATCHES);
        assertThat(compare("in", Map.of("a", 1), "{a=1}")).isEqualTo(Answer.NEITHER);
    }

    @ParameterizedTest
    @CsvSource({
        "before, 2026-01-01T00:00:00Z, 2026-06-01T00:00:00Z, MATCHES",
        "before, 2026-06-01T00:00:00Z, 2026-06-01T00:00:00Z, DIFFERS",
        "before, 2026-06-01T01:00:00+02:00, 2026-06-01T00:00:00Z, MATCHES",
        "before, 2026-06-01T00:00Z, 2026-06-01T00:00:00.001Z, MATCHES",
        "after, 2026-06-01T00:00:00-05:00, 2026-06-01T04:59:59Z, MATCHES",
        "after, 2026-06-01T00:00:00+02:00[Europe/Paris], 2026-05-31T21:59:59Z, MATCHES",
        "after, 1780272000001, 2026-06-01T00:00:00Z, MATCHES",
        "after, 1780272000000, 2026-06-01T00:00:00Z, DIFFERS",
        "after, 2026-06-02, 2026-06-01T00:00:00Z, NEITHER",
        "after, 2026-06-02T00:00:00, 2026-06-01T00:00:00Z, NEITHER",
        "after, soon, 2026-06-01T00:00:00Z, NEITHER",
    })
    void datesComparePointsInTime(String operator, String attribute, String value, Answer expected) {
        assertThat(compare(operator, attribute, value)).isEqualTo(expected);
    }

    @Test
    void datesOfAllTypesArePointsInTime() {
        Instant at = Instant.parse("2026-06-01T00:00:00Z");
        for (Object attribute : List.of(
                at,
                OffsetDateTime.parse("2026-06-01T02:00:00+02:00"),
                ZonedDateTime.parse("2026-06-01T02:00:00+02:00[Europe/Paris]"),
                Date.from(at),
                at.toEpochMilli())) {
            assertThat(compare("after", attribute, "2026-05-31T23:59:59Z")).isEqualTo(Answer.MATCHES);
            assertThat(compare("before", attribute, "2026-05-31T23:59:59Z")).isEqualTo(Answer.DIFFERS);
            assertThat(compareJson("before", attribute, "[" + (at.toEpochMilli() + 1) + "]"))
                    .isEqualTo(Answer.MATCHES);
        }
        assertThat(compare("after", LocalDate.parse("2026-06-02"), "2026-06-01T00:00:00Z"))
                .isEqualTo(Answer.NEITHER);
    }

    /** The order that semver.org gives as its example, and then some. */
    private static final List<String> ASCENDING = List.of(
            "0.0.1",
            "0.9.10",
            "0.10.0",
            "1.0.0-0",
            "1.0.0-1",
            "1.0.0-2",
            "1.0.0-11",
            "1.0.0--",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "2.0.0",
            "10.0.0",
            "99999999999999999999.0.0");

    @Test
    void versionsHaveThePrecedenceOfSemanticVersioning() {
        for (int i = 0; i < ASCENDING.size(); i++) {
            for (int j = 0; j < ASCENDING.size(); j++) {
                String a = ASCENDING.get(i);
                String b = ASCENDING.get(j);
                assertThat(SemanticVersion.isValid(a)).as(a).isTrue();
                assertThat(Integer.signum(SemanticVersion.compare(a, b)))
                        .as("%s and %s", a, b)
                        .isEqualTo(Integer.compare(i, j));
                assertThat(SemanticVersion.compare(a + "+build.7", b)).isEqualTo(SemanticVersion.compare(a, b));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "semver=, 1.2.3, 1.2.3+build-7, MATCHES",
        "semver=, 1.2.3-rc.1, 1.2.3, DIFFERS",
        "semver<, 1.2.3-rc.1, 1.2.3, MATCHES",
        "semver<, 1.2.3, 1.2.3, DIFFERS",
        "semver<=, 1.2.3, 1.2.3, MATCHES",
        "semver<=, 1.10.0, 1.9.0, DIFFERS",
        "semver>, 1.10.0, 1.9.0, MATCHES",
        "semver>=, 1.9.0, 1.9.0, MATCHES",
        "semver>=, 1.9.0-x, 1.9.0, DIFFERS",
    })
    void operatorsOnVersions(String operator, String attribute, String value, Answer expected) {
        assertThat(compare(operator, attribute, value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "v1.2.3",
                "01.2.3",
                "1.02.3",
                "1.2.3-",
                "1.2.3-a..b",
                "1.2.3-01",
                "1.2.3+",
                "1.2.3-é",
                "a.b.c",
                "1.2.-3",
                "1.-2.3",
                "-1.2.3",
                "1..3",
                "1.2.3+a+b"
            })
    void whatIsNoSemanticVersionIsNotCompared(String attribute) {
        assertThat(SemanticVersion.isValid(attribute)).isFalse();
        assertThat(compare("semver>=", attribute, "0.0.1")).isEqualTo(Answer.NEITHER);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, 10.0.0.0/8, MATCHES",
        "11.1.2.3, 10.0.0.0/8, DIFFERS",
        "10.1.2.3, 10.9.9.9/8, MATCHES",
        "192.168.1.7, 192.168.1.7, MATCHES",
        "192.168.1.8, 192.168.1.7, DIFFERS",
        "192.168.1.7, 192.168.1.6/31, MATCHES",
        "1.2.3.4, 0.0.0.0/0, MATCHES",
        "2001:db8::1, 0.0.0.0/0, DIFFERS",
        "::ffff:10.1.2.3, 10.0.0.0/8, MATCHES",
        "::ffff:a01:203, 10.0.0.0/8, MATCHES",
        "0:0:0:0:0:FFFF:10.1.2.3, 10.0.0.0/8, MATCHES",
        "10.1.2.3, ::ffff:10.0.0.0/104, MATCHES",
        "10.1.2.3, ::/0, MATCHES",
        "2001:db8::1, 2001:db8::/32, MATCHES",
        "2001:DB8:0:0:0:0:0:1, 2001:db8::/32, MATCHES",
        "2001:db9::1, 2001:db8::/32, DIFFERS",
        "fe80::1%eth0, fe80::/10, MATCHES",
        "::1, ::1, MATCHES",
        "::, ::1, DIFFERS",
        "1::, 1:0:0:0:0:0:0:0/128, MATCHES",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8/128, MATCHES",
        "1:2:3:4:5:6:7:9, 1:2:3:4:5:6:7:8/128, DIFFERS",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0, MATCHES",
        "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8, MATCHES",
        "1:2::7:8, 1:2:0:0:0:0:7:8, MATCHES",
        "1:2:3:4::8, 1:2:3:4::/64, MATCHES",
        "1:2:3:5::8, 1:2:3:4::/64, DIFFERS",
        "1:2:3:4:8000::, 1:2:3:4:8000::/65, MATCHES",
        "1:2:3:4:7fff::, 1:2:3:4:8000::/65, DIFFERS",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221, MATCHES",
        "10.1.2, 10.0.0.0/8, NEITHER",
        "10.1.2.3.4, 10.0.0.0/8, NEITHER",
        "10.1.2.256, 10.0.0.0/8, NEITHER",
        "10.1.2.03, 10.0.0.0/8, NEITHER",
        "10.1.2.-3, 10.0.0.0/8, NEITHER",
        "localhost, 10.0.0.0/8, NEITHER",
        "1::2::3, ::/0, NEITHER",
        "1:2:3:4:5:6:7, ::/0, NEITHER",
        "1:2:3:4:5:6:7:8:9, ::/0, NEITHER",
        "1:2:3:4:5:6:7:8::, ::/0, NEITHER",
        "12345::, ::/0, NEITHER",
        ":1::, ::/0, NEITHER",
        "1:, ::/0, NEITHER",
        "1:2:3:4:5:6:7:, ::/0, NEITHER",
        ":::, ::/0, NEITHER",
        "::g, ::/0, NEITHER",
        "1.2.3.4::, ::/0, NEITHER",
    })
    void addressesLieInNetworks(String attribute, String network, Answer expected) {
        assertThat(compare("cidr", attribute, network)).isEqualTo(expected);
    }

    @Test
    void anInetAddressIsAnAddressToo() throws Exception {
        assertThat(compare("cidr", InetAddress.getByAddress("somewhere", new byte[] {10, 1, 2, 3}), "10.0.0.0/8"))
                .isEqualTo(Answer.MATCHES);
        assertThat(compare("cidr", InetAddress.getByName("fe80::1"), "fe80::/10"))
                .isEqualTo(Answer.MATCHES);
    }

    @Test
    void ofAListAnyElementSuffices() {
        for (Object list : List.of(
                List.of("a", "b"),
                Set.of("a", "b"),
                new String[] {"a", "b"},
                new java.util.ArrayDeque<>(List.of("a", "b")))) {
            assertThat(compare("in", list, "b", "c")).isEqualTo(Answer.MATCHES);
            assertThat(compare("in", list, "c")).isEqualTo(Answer.DIFFERS);
        }
        assertThat(compareJson(">", new int[] {1, 5}, "[4]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson(">", List.of("x", 5), "[4]")).isEqualTo(Answer.MATCHES);
        assertThat(compareJson(">", List.of("x", 3), "[4]")).isEqualTo(Answer.NEITHER);
        assertThat(compare("in", List.of(), "a")).isEqualTo(Answer.DIFFERS);
    }

    @Test
    void nestedAttributesAreReachedByAJsonPointer() {
        EvaluationContext context = Given.user(
                "address",
                Map.of("country", "DE", "a/b", Map.of("m~n", "x"), "lines", List.of("first", "second")),
                "",
                "empty name");
        assertThat(pointer("/address/country", "DE", context)).isEqualTo(Answer.MATCHES);
        assertThat(pointer("/address/country", "FR", context)).isEqualTo(Answer.DIFFERS);
        assertThat(pointer("/address/a~1b/m~0n", "x", context)).isEqualTo(Answer.MATCHES);
        assertThat(pointer("/address/lines/1", "second", context)).isEqualTo(Answer.MATCHES);
        assertThat(pointer("/address/lines", "second", context)).isEqualTo(Answer.MATCHES);
        assertThat(pointer("/address/lines/01", "second", context)).isEqualTo(Answer.NEITHER);
        assertThat(pointer("/address/lines/2", "second", context)).isEqualTo(Answer.NEITHER);
        assertThat(pointer("/address/city", "x", context)).isEqualTo(Answer.NEITHER);
        assertThat(pointer("/address/country/deeper", "x", context)).isEqualTo(Answer.NEITHER);
        assertThat(pointer("/", "empty name", context)).isEqualTo(Answer.MATCHES);
        assertThat(pointer("address.country", "DE", context)).isEqualTo(Answer.NEITHER);
    }

    private static Answer pointer(String pointer, String value, EvaluationContext context) {
        return answer("'attribute':'" + pointer + "','operator':'in','values':['" + value + "']", context);
    }

    @Test
    void theTargetingKeyIsAnAttributeWhenThereIsOne() {
        String condition = "'attribute':'targetingKey','operator':'startsWith','values':['user-']";
        assertThat(answer(condition, EvaluationContext.of("user-1"))).isEqualTo(Answer.MATCHES);
        assertThat(answer(condition, EvaluationContext.of("bot-1"))).isEqualTo(Answer.DIFFERS);
        assertThat(answer(condition, EvaluationContext.of(""))).isEqualTo(Answer.NEITHER);
        assertThat(answer(condition, EvaluationContext.anonymous())).isEqualTo(Answer.NEITHER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "in",
                "startsWith",
                "endsWith",
                "contains",
                "matches",
                "<",
                "<=",
                ">",
                ">=",
                "before",
                "after",
                "semver=",
                "semver<",
                "semver<=",
                "semver>",
                "semver>=",
                "cidr"
            })
    void aMissingAttributeNeverMatchesNegatedOrNot(String operator) {
        String value = operator.startsWith("semver") ? "1.0.0" : operator.equals("cidr") ? "::/0" : "1";
        String condition = "'attribute':'a','operator':'" + operator + "','values':['" + value + "']";
        assertThat(answer(condition, Given.user())).isEqualTo(Answer.NEITHER);
        assertThat(answer(condition, throwing())).isEqualTo(Answer.NEITHER);
        assertThat(answer(condition, Given.user("a", new Object() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException("not loaded");
                    }
                })))
                .isEqualTo(Answer.NEITHER);
        assertThat(answer(condition, Given.user("a", new java.util.AbstractList<Object>() {
                    @Override
                    public Object get(int index) {
                        throw new IllegalStateException("session closed");
                    }

                    @Override
                    public int size() {
                        return 1;
                    }
                })))
                .isEqualTo(Answer.NEITHER);
    }

    private static EvaluationContext throwing() {
        return new EvaluationContext() {
            @Override
            public String targetingKey() {
                return "user-1";
            }

            @Override
            public Object attribute(String name) {
                throw new StackOverflowError("lazy loading gone wrong");
            }
        };
    }

    @Test
    void existsAsksWhetherThereIsAnAttribute() {
        String condition = "'attribute':'a','operator':'exists'";
        assertThat(answer(condition, Given.user("a", ""))).isEqualTo(Answer.MATCHES);
        assertThat(answer(condition, Given.user("a", List.of()))).isEqualTo(Answer.MATCHES);
        assertThat(answer(condition, Given.user())).isEqualTo(Answer.DIFFERS);
        assertThat(answer(condition, throwing())).isEqualTo(Answer.DIFFERS);
        assertThat(answer("'attribute':'/a/b','operator':'exists'", Given.user("a", Map.of("b", 1))))
                .isEqualTo(Answer.MATCHES);
    }

    @Test
    void allConditionsOfARuleMustMatch() {
        String rule = "{'key':'f','rules':[{'id':'r','conditions':["
                + "{'attribute':'a','operator':'in','values':[1]},{'attribute':'b','operator':'in','values':[2]}],"
                + "'variant':'on'}]}";
        Snapshot snapshot = Given.flags(rule);
        assertThat(Given.decide(snapshot, "f", Given.user("a", 1, "b", 2)).ruleId())
                .isEqualTo("r");
        assertThat(Given.decide(snapshot, "f", Given.user("a", 1, "b", 3)).ruleId())
                .isNull();
        assertThat(Given.decide(snapshot, "f", Given.user("b", 2)).ruleId()).isNull();
    }

    @Nested
    class NotUnderstood {
        @ParameterizedTest
        @CsvSource({
            "near, 1, operator",
            "<, many, values",
            "before, 2026-01-01, values",
            "semver=, 1.2, values",
            "cidr, 10.0.0.0/33, values",
            "cidr, example.com, values",
            "cidr, ::/129, values",
            "matches, (, values",
            "matches, (?=x), values",
        })
        void matchesNobodyEitherWayAndIsReported(String operator, String value, String field) {
            EvaluationContext context = Given.user("a", operator.equals("<") ? 1 : "1.2.3.4");
            assertThat(compare(operator, context.attribute("a"), value)).isEqualTo(Answer.NEITHER);
            Snapshot snapshot = Given.flags("{'key':'f','rules':[{'id':'r','conditions':[{'attribute':'a','operator':'"
                    + operator + "','values':['" + value + "']}],'variant':'on'}]}");
            assertThat(Given.paths(snapshot.problems())).containsExactly("f#/rules/0/conditions/0/" + field);
        }

        @Test
        void theOtherValuesOfTheConditionStillMatch() {
            assertThat(compare("matches", "abc", "(", "b")).isEqualTo(Answer.MATCHES);
            assertThat(compare("matches", "xyz", "(", "b")).isEqualTo(Answer.NEITHER);
        }
    }

    @Nested
    class Hostile {
        @Test
        void patternsThatBacktrackTakeLinearTime() {
            String text = "a".repeat(5_000) + "!";
            long start = System.nanoTime();
            assertThat(compare("matches", text, "^(a+)+$")).isEqualTo(Answer.DIFFERS);
            assertThat(compare("matches", text, "^(a|aa)*$")).isEqualTo(Answer.DIFFERS);
            assertThat(compare("matches", text, "(.*)(.*)(.*)(.*)(.*)x")).isEqualTo(Answer.DIFFERS);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMinutes(1));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "((a{100}){100}){100}",
                    "(((((a{9}){9}){9}){9}){9}){9}",
                    "((([a-z]{200}){10}){10}){10}",
                    "(?:(?:x{1,1000}){1,1000})"
                })
        void patternsThatWouldFillTheMemoryAreRefused(String pattern) {
            assertThat(Patterns.writtenOut(pattern)).isGreaterThan(Patterns.MAX_SIZE);
            assertThat(compare("matches", "aaaa", pattern)).isEqualTo(Answer.NEITHER);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[\\\\](((a{100}){100}){100})",
                    "[^\\]]((a{1000}){1000})",
                    "\\Q[\\E((a{1000}){1000})",
                    "\\Q(\\E((a{1000}){1000})",
                    "\\[((a{1000}){1000})"
                })
        void nothingThatIsTakenByItsLetterHidesTheRestOfAPattern(String pattern) {
            assertThatThrownBy(() -> Patterns.compile(pattern, false)).hasMessageContaining("is too large");
        }

        @Test
        void ordinaryRepetitionsAreNotTakenForHostileOnes() {
            assertThat(compare("matches", "a".repeat(60) + "1234", "^[a-z]{2,63}[0-9]{4}$"))
                    .isEqualTo(Answer.MATCHES);
            assertThat(compare("matches", "x{2}", "x[{]2[}]")).isEqualTo(Answer.MATCHES);
            assertThat(Patterns.writtenOut("[]{9}]{900}")).isLessThan(1_000);
            assertThat(Patterns.writtenOut("[\\]a{900}]{9}")).isLessThan(100);
            assertThat(Patterns.writtenOut("\\Q{9999}{9999}\\E")).isLessThan(100);
            assertThat(Patterns.writtenOut("\\Qa{9999}")).isLessThan(100);
        }

        @Test
        void deeplyNestedPatternsAreRefusedAndNotFollowed() {
            String pattern = "(".repeat(4_900) + "a" + ")".repeat(4_900);
            assertThat(compare("matches", "b", pattern)).isIn(Answer.NEITHER, Answer.DIFFERS);
        }

        @Test
        void manyValuesCostOneLookUp() {
            String values = IntStream.range(0, 10_000)
                    .mapToObj(i -> "'u" + i + "'")
                    .collect(java.util.stream.Collectors.joining(",", "[", "]"));
            assertThat(compareJson("in", "u9999", values)).isEqualTo(Answer.MATCHES);
            assertThat(compareJson("in", "nobody", values)).isEqualTo(Answer.DIFFERS);
        }
    }
}
