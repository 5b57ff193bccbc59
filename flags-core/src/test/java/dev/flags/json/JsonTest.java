package dev.flags.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.flags.FlagsException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    @Nested
    class ReadingAShape {
        private static final JsonShape SHAPE = JsonShape.members(Map.of(
                "a", JsonShape.VALUE,
                "texts", JsonShape.each(JsonShape.PART),
                "in", JsonShape.members(Map.of("b", JsonShape.VALUE))));

        @Test
        void readsWhatIsInTheShapeAndNothingElse() {
            assertThat(shaped("{'x':{'a':1},'a':[1,{'c':2}],'in':{'a':1,'b':2,'c':{'b':3}},'y':[{'in':{'b':4}}]}"))
                    .isEqualTo(Map.of("a", List.of(1L, Map.of("c", 2L)), "in", Map.of("b", 2L)));
            assertThat(shaped("{'in':7,'texts':null}")).hasToString("{in=7, texts=null}");
        }

        @Test
        void aPartHasItsTextAsItStandsThere() {
            // longer than any buffer, with characters of every size before and in the parts
            String filler = "{'x':['" + "ä😀\\\\".repeat(30_000) + "'],";
            assertThat(((Map<?, ?>)
                                    shaped(
                                            filler
                                                    + "'texts' : { 'o': { 'a' : [ 1, '😀ü' ] } ,'l':[ ],'s':'\\u00e4','n':-1.50e3 , 't':true,'z':null}}"))
                            .get("texts"))
                    .isEqualTo(mapOf(
                            "o", part("{ 'a' : [ 1, '😀ü' ] }"),
                            "l", part("[ ]"),
                            "s", part("'\\u00e4'"),
                            "n", part("-1.50e3"),
                            "t", part("true"),
                            "z", null));
        }

        private static JsonShape.Part part(String text) {
            String json = text.replace('\'', '"');
            return new JsonShape.Part(json, java.util.Objects.requireNonNull(Json.parse(json)));
        }

        private static Map<String, Object> mapOf(Object... namesAndValues) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                map.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
            return map;
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {'a':1,'x':[1,}}            | is not valid JSON
                {'a':1} 2                   | more text follows
                {'a':1,'a':2}               | has /a twice
                {'in':{'b':1,'c':0,'b':2}}  | has /in/b twice
                {'a':{'c':1,'c':2}}         | has /a/c twice
                {'a':'\\ud800'}              | half of a surrogate pair
                """)
        void refusesWhatItRefusesEverywhere(String text, String why) {
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> shaped(text))
                    .withMessageContaining(why);
        }

        private static Object shaped(String text) {
            return Json.parse(text.replace('\'', '"'), Json.MAX_FILE_BYTES, SHAPE);
        }
    }

    @Nested
    class Reading {
        @Test
        void givesPlainValuesInTheTextsOrder() {
            Object value = Json.parse("{\"z\":[1,2.50,true,null,\"ä😀\"],\"a\":{}}");

            assertThat(value).isInstanceOf(LinkedHashMap.class);
            assertThat(((Map<?, ?>) value).keySet()).hasToString("[z, a]");
            assertThat(((Map<?, ?>) value).get("z"))
                    .isEqualTo(Arrays.asList(1L, new BigDecimal("2.50"), true, null, "ä😀"));
        }

        @Test
        void keepsIntegersBeyondLongExactly() {
            assertThat(Json.parse("[9223372036854775807,-9223372036854775808,9223372036854775808]"))
                    .isEqualTo(List.of(Long.MAX_VALUE, Long.MIN_VALUE, new BigDecimal("9223372036854775808")));
        }

        @Test
        void toleratesAByteOrderMark() {
            assertThat(Json.parse("\uFEFF[1]")).isEqualTo(List.of(1L));
            assertThat(Json.parseYaml("\uFEFFa: 1")).isEqualTo(Map.of("a", 1L));
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        ``                       | is empty
                        `  `                     | is empty
                        [1                       | line 1, column 3
                        {"a":1,}                 | is not valid JSON at line 1, column 8
                        {'a':1}                  | is not valid JSON
                        NaN                      | is not valid JSON
                        [Infinity]               | is not valid JSON
                        01                       | is not valid JSON
                        [1] [2]                  | more text follows after the end of the document (line 1, column 5)
                        1e999999999              | holds a number that is out of range: 1E+999999999 (line 1, column 1)
                        [1e-999999999]           | holds a number that is out of range
                        "\\ud800"                 | holds half of a surrogate pair (U+D800)
                        "x\\udc00\\ud800"          | holds half of a surrogate pair (U+DC00)
                        {"\\ud800":1}             | rrogate pair
                        // comment               | is not valid JSON
                        """)
        void refusesWhatIsNotJson(String text, String message) {
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parse(text))
                    .withMessageContaining(message);
        }

        @Test
        void saysWhereBothOfTwoEqualNamesAre() {
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parse("{\"a\":1,\n \"b\":[{},{\"c\":1,\n  \"d\":{},\"c\":2}]}"))
                    .withMessage("has /b/1/c twice: at line 2, column 11 and at line 3, column 10");
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parseYaml("a: 1\nb:\n  c: 1\n  c: 2\n"))
                    .withMessage("has /b/c twice: at line 3, column 3 and at line 4, column 3");
        }

        @Test
        void refusesWhatIsNestedTooDeep() {
            assertThat(Json.parse(nested(Json.MAX_DEPTH))).isNotNull();
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parse(nested(Json.MAX_DEPTH + 1)))
                    .withMessage("is nested more than 64 deep (line 1, column 65)");
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parse("[".repeat(200_000)))
                    .withMessageContaining("nested");
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parseYaml("[".repeat(200_000)))
                    .withMessageContaining("nested");
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parse("{\"a\":".repeat(40_000)))
                    .withMessageContaining("nested");
        }

        @Test
        void refusesNumbersOfThousandsOfDigits() {
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parse("1".repeat(100_000)))
                    .withMessageStartingWith("is not valid JSON")
                    .withMessageContaining("Number value length");
            assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parseYaml("1".repeat(100_000)));
        }

        @Test
        void countsBytesNotCharacters() {
            String fits = "\"" + "ä".repeat((Json.MAX_DOCUMENT_BYTES - 2) / 2) + "\"";

            assertThat(Json.parse(fits)).isInstanceOf(String.class);
            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parse(fits + " "))
                    .withMessage("is larger than 256 KiB");
            assertThat(Json.parse(fits + " ", Json.MAX_FILE_BYTES)).isInstanceOf(String.class);
            assertThat(Json.utf8Length("aä€😀")).isEqualTo(1 + 2 + 3 + 4);
        }

        private String nested(int depth) {
            return "[".repeat(depth) + "]".repeat(depth);
        }
    }

    @Nested
    class ReadingYaml {
        @Test
        void leavesTheWordsOfYaml11Strings() {
            assertThat(Json.parseYaml("on: off\nyes: no\ny: n\nt: true\nf: False\n1: x\n~: 2"))
                    .isEqualTo(Map.of("on", "off", "yes", "no", "y", "n", "t", true, "f", false, "1", "x", "~", 2L));
        }

        @ParameterizedTest
        @CsvSource({"12.5, 12.5", "0o17, 15", "0x1F, 31", "-3, -3", "1e3, 1E+3"})
        void readsNumbers(String text, BigDecimal value) {
            Object read = Json.parseYaml(text);

            assertThat(read instanceof Long whole ? BigDecimal.valueOf(whole) : read)
                    .isEqualTo(value);
        }

        @ParameterizedTest
        @ValueSource(strings = {"2026-12-31", "1.2.3", "12:30", "10.0.0.0/8", "'007'", "PT15M", "1_000"})
        void leavesDatesVersionsAndTheLikeStrings(String text) {
            assertThat(Json.parseYaml(text)).isEqualTo(text.replace("'", ""));
        }

        @Test
        void keepsCharactersWholeAtEveryPosition() {
            // snakeyaml-engine 3.0.1 throws where its buffer ends inside a surrogate pair
            for (int i = 1000; i < 1050; i++) {
                String text = "x".repeat(i) + "😀".repeat(1000);

                assertThat(Json.parseYaml("'" + text + "'")).isEqualTo(text);
            }
        }

        @Test
        void refusesAliasesSoThatNothingCanGrow() {
            StringBuilder laughs = new StringBuilder("a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n");
            for (int i = 1; i < 30; i++) {
                laughs.append("a" + i + ": &a" + i + " [" + ("*a" + (i - 1) + ",").repeat(9) + "]\n");
            }

            assertThatExceptionOfType(JsonException.class)
                    .isThrownBy(() -> Json.parseYaml(laughs.toString()))
                    .withMessageContaining("alias")
                    .withMessageContaining("line 2");
            assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parseYaml("a: &x 1\n*x : 2"));
            assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parseYaml("a: &x {b: *x}"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "# nothing",
                    "a: 1\n---\nb: 2",
                    "a: .inf",
                    "a: .NaN",
                    "a: !!binary aGVsbG8=",
                    "? [a, b]\n: c",
                    "a: [1, 2",
                    "\ta: 1",
                    "a: 'x",
                    "%TAG ! x",
                    "@a",
                    "a: 1e999999999",
                    "a: \"\\ud800\"",
                    "- a\nb: c",
                    "&a",
                    "a: b: c",
                    "\u0000",
                    "{a: 1",
                    "- - -\n -",
                    "!<",
                    "--- >\n\t",
                    "...",
                    "%YAML 9.9\n---\na: 1"
                })
        void refusesOtherTextsInOneWay(String text) {
            try {
                // some of them are odd but legal; what counts is that nothing else is thrown
                Json.parseYaml(text);
            } catch (JsonException e) {
                assertThat(e).hasMessageMatching("(?s)(is|has|holds|uses|more) .*");
            }
        }
    }

    @Nested
    class Writing {
        @Test
        void isCompactOrIndented() {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("a", Arrays.asList(1L, 2, new BigDecimal("2.50"), null));
            value.put("b", Map.of("c", false));

            assertThat(Json.write(value)).isEqualTo("{\"a\":[1,2,2.50,null],\"b\":{\"c\":false}}");
            assertThat(Json.writePretty(value)).isEqualTo("""
                            {
                              "a" : [
                                1,
                                2,
                                2.50,
                                null
                              ],
                              "b" : {
                                "c" : false
                              }
                            }
                            """);
            assertThat(Json.writeYaml(value)).isEqualTo("""
                            a:
                            - 1
                            - 2
                            - 2.50
                            - null
                            b:
                              c: false
                            """);
        }

        @Test
        void escapesControlCharacters() {
            assertThat(Json.write("\u0000\u001b[31m\n\"")).isEqualTo("\"\\u0000\\u001B[31m\\n\\\"\"");
        }

        @Test
        void refusesWhatIsNoJson() {
            assertThatExceptionOfType(FlagsException.class)
                    .isThrownBy(() -> Json.write(List.of(Double.NaN)))
                    .withMessage("is not a JSON value: java.lang.Double");
            assertThatExceptionOfType(FlagsException.class).isThrownBy(() -> Json.write(new Object()));
        }
    }
}
