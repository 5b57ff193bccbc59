package dev.flags.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DefinitionProblemsTest {
    @Test
    void problemsCountInTheSameDigitsWhateverTheMachinesLanguage() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            assertThat(FlagKeys.problemWith("a b"))
                    .hasValueSatisfying(
                            message -> assertThat(message).startsWith("has the character U+0020 at position 2;"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @MethodSource
    void eachProblemIsNamedWithItsPath(String document, List<String> problems) {
        assertThat(problemsOf(document)).containsExactlyElementsOf(problems);
    }

    static Stream<Arguments> eachProblemIsNamedWithItsPath() {
        return Stream.of(
                bad("[]", "f#: must be an object, was a list"),
                bad("'a'", "f#: must be an object, was a string"),
                bad("null", "f#: must be an object, was null"),
                bad("{}", "f#/key: is required"),
                bad("{'key':''}", "f#/key: must not be empty"),
                bad("{'key':7}", "f#/key: must be a string, was 7"),
                bad(
                        "{'key':'a b'}",
                        "f#/key: has the character U+0020 at position 2; use letters, digits, '.', '_' and '-', beginning"
                                + " with a letter or digit"),
                bad("{'key':'" + "k".repeat(101) + "'}", "f#/key: is 101 characters long, at most 100 are allowed"),
                bad(
                        "{'schema':2,'key':'a','percentage':'new'}",
                        "f#/schema: was made by a newer version (schema 2, this version reads 1); update this one"),
                bad("{'schema':'1','key':'a'}", "f#/schema: must be 1, was a string"),
                bad("{'schema':0,'key':'a'}", "f#/schema: must be 1, was 0"),
                bad(
                        "{'key':'a','type':'Release'}",
                        "f#/type: must be release, experiment, operational or permission, was 'Release'"),
                bad(
                        "{'key':'a','enabled':'yes','archived':1}",
                        "f#/enabled: must be true or false, was a string",
                        "f#/archived: must be true or false, was 1"),
                bad(
                        "{'key':'a','expires':'2026-02-30'}",
                        "f#/expires: must be a date such as 2026-12-31, was '2026-02-30'"),
                bad(
                        "{'key':'a','tags':['x',1,'x','']}",
                        "f#/tags/1: must be a string, was 1",
                        "f#/tags/2: 'x' is there twice",
                        "f#/tags/1: must not be empty"),
                bad(
                        "{'key':'a','salt':'','bucketBy':''}",
                        "f#/salt: must not be empty",
                        "f#/bucketBy: must not be empty"),
                bad("{'key':'a','percentage':100.001}", "f#/percentage: must lie between 0 and 100, was 100.001"),
                bad("{'key':'a','percentage':-1}", "f#/percentage: must lie between 0 and 100, was -1"),
                bad("{'key':'a','percentage':1e300}", "f#/percentage: must lie between 0 and 100, was 1E+300"),
                bad(
                        "{'key':'a','percentage':12.3456}",
                        "f#/percentage: has more than three decimals (the smallest step is 0.001 %): 12.3456"),
                bad("{'key':'a','percentage':'10%'}", "f#/percentage: must be a number from 0 to 100, was a string"));
    }

    @ParameterizedTest
    @MethodSource
    void variantsAreCheckedWithAllThatNamesThem(String document, List<String> problems) {
        assertThat(problemsOf(document)).containsExactlyElementsOf(problems);
    }

    static Stream<Arguments> variantsAreCheckedWithAllThatNamesThem() {
        return Stream.of(
                bad("{'key':'a','variants':[]}", "f#/variants: must be an object, was a list"),
                bad("{'key':'a','variants':{}}", "f#/variants: has no variant; a flag serves at least one"),
                bad(
                        "{'key':'a','variants':{'on':true,'off':0}}",
                        "f#/variants/off: is a number value, but those before it are boolean values; all must be of one"
                                + " type"),
                bad(
                        "{'key':'a','variants':{'off':{'x':1},'b':[],'c':'{}'}}",
                        "f#/variants/c: is a string value, but those before it are JSON values; all must be of one type"),
                bad(
                        "{'key':'a','variants':{'off':null,'x/y~z':1}}",
                        "f#/variants/off: is null; use a boolean, a string, a number, an object or a list",
                        "f#/variants/x~1y~0z: its name has the character U+002F at position 2; use letters, digits, '.',"
                                + " '_' and '-', beginning with a letter or digit"),
                bad(
                        "{'key':'a','variants':{'x':1,'y':2}}",
                        "f#/offVariant: is required, as no variant is called 'off'"),
                bad(
                        "{'key':'a','variants':{'x':1,'y':2},'offVariant':'z'}",
                        "f#/offVariant: there is no variant 'z'; there are x, y"),
                bad(
                        "{'key':'a','targets':[{'variant':'of','keys':['u']}],"
                                + "'rules':[{'id':'r','conditions':[{'attribute':'x','operator':'exists'}],'variant':'ON'}],"
                                + "'split':[{'variant':'onn','weight':1}]}",
                        "f#/targets/0/variant: there is no variant 'of'; there are on, off",
                        "f#/rules/0/variant: there is no variant 'ON'; there are on, off",
                        "f#/split/0/variant: there is no variant 'onn'; there are on, off"),
                // what cannot be read is one problem, not one for each place that refers to it
                bad(
                        "{'key':'a','variants':7,'offVariant':'z','targets':[{'variant':'q'}],'percentage':50}",
                        "f#/variants: must be an object, was 7"),
                bad(
                        "{'key':'a','variants':{'off':1,'b':2,'c':3},'percentage':1}",
                        "f#/split: is needed while the percentage is above 0: there are 2 variants besides the off variant,"
                                + " and none is called 'on'"),
                bad(
                        "{'key':'a','variants':{'off':1},'percentage':1}",
                        "f#/split: is needed while the percentage is above 0: there is no variant but the off variant"),
                bad(
                        "{'key':'a','variants':{'off':1,'b':2,'c':3},'percentage':1,'split':'b'}",
                        "f#/split: must be a list, was a string"),
                bad("{'key':'a','split':[]}", "f#/split: is empty; leave it out, or name at least one variant"),
                bad(
                        "{'key':'a','split':[{'variant':'on','weight':0},{'variant':'off','weight':1000001},"
                                + "{'variant':'off','weight':-1}]}",
                        "f#/split/0/weight: must lie between 1 and 1000000, was 0",
                        "f#/split/1/weight: must lie between 1 and 1000000, was 1000001",
                        "f#/split/2/weight: must lie between 1 and 1000000, was -1"),
                bad(
                        "{'key':'a','split':[{'variant':'on','weight':1.5},{'weight':1},{'variant':'on'},"
                                + "{'variant':'on','weight':99999999999},7]}",
                        "f#/split/0/weight: must be a whole number, was 1.5",
                        "f#/split/1/variant: is required",
                        "f#/split/2/weight: is required",
                        "f#/split/3/weight: must be a whole number, was 99999999999",
                        "f#/split/4: must be an object, was 7"));
    }

    @ParameterizedTest
    @MethodSource
    void targetsRulesAndPrerequisitesAreChecked(String document, List<String> problems) {
        assertThat(problemsOf(document)).containsExactlyElementsOf(problems);
    }

    static Stream<Arguments> targetsRulesAndPrerequisitesAreChecked() {
        return Stream.of(
                bad("{'key':'a','prerequisites':{}}", "f#/prerequisites: must be a list, was an object"),
                bad(
                        "{'key':'a','prerequisites':[{'flag':'a'},{'flag':'b','variant':'x'},{'flag':'b'},{},"
                                + "{'flag':'-','variant':''}]}",
                        "f#/prerequisites/3/flag: is required",
                        "f#/prerequisites/0/flag: names the flag itself",
                        "f#/prerequisites/2/flag: 'b' is already named by f#/prerequisites/1",
                        "f#/prerequisites/4/flag: has the character U+002D at position 1; use letters, digits, '.', '_' and"
                                + " '-', beginning with a letter or digit",
                        "f#/prerequisites/4/variant: must not be empty"),
                bad(
                        "{'key':'a','targets':[{'variant':'on','keys':['u1','u2','']},{'variant':'off','keys':['u2']}]}",
                        "f#/targets/0/keys/2: must not be empty",
                        "f#/targets/1/keys/0: 'u2' is already in f#/targets/0"),
                bad(
                        "{'key':'a','targets':[{'keys':['u']},{'variant':'on','keys':'u'},{'variant':'on','keys':['u','u']}]}",
                        "f#/targets/0/variant: is required",
                        "f#/targets/1/keys: must be a list, was a string",
                        "f#/targets/2/keys/1: 'u' is there twice"),
                bad(
                        rules("{'id':'r','conditions':[],'variant':'on'},"
                                + "{'id':'r','conditions':[{'segment':'s'}],'variant':'on'}"),
                        "f#/rules/0/conditions: is empty and so would match everybody; use the flag's percentage for that",
                        "f#/rules/1/id: 'r' is already the id of f#/rules/0"),
                bad(
                        rules("{'conditions':[{'segment':'s'}],'variant':'on'},"
                                + "{'id':'b','conditions':[{'segment':'s'}]},"
                                + "{'id':'c','conditions':[{'segment':'s'}],'variant':'on','split':[]}"),
                        "f#/rules/0/id: is required",
                        "f#/rules/1: must have either 'variant' or 'split'",
                        "f#/rules/2: must have either 'variant' or 'split'"),
                bad(
                        rule("{},{'attribute':'x','segment':'y'},{'attribute':'x'},{'segment':'s p'},7"),
                        "f#/rules/0/conditions/0: must have exactly one of 'attribute', 'segment' and 'percentage'",
                        "f#/rules/0/conditions/1: must have exactly one of 'attribute', 'segment' and 'percentage'",
                        "f#/rules/0/conditions/2/operator: is required",
                        "f#/rules/0/conditions/4: must be an object, was 7"),
                bad(
                        rule("{'segment':'s p'}"),
                        "f#/rules/0/conditions/0/segment: has the character U+0020 at position 2; use letters, digits, '.',"
                                + " '_' and '-', beginning with a letter or digit"),
                bad(
                        rule(
                                "{'attribute':'x','operator':'in'},{'attribute':'','operator':'in','values':[null,{},'ok']}"),
                        "f#/rules/0/conditions/0/values: is empty; name at least one value",
                        "f#/rules/0/conditions/1/attribute: must not be empty",
                        "f#/rules/0/conditions/1/values/0: is null; use a string, a number or a boolean",
                        "f#/rules/0/conditions/1/values/1: is an object; use a string, a number or a boolean"),
                bad(
                        rule("{'attribute':'x','operator':'in','value':1,'values':[2]}"),
                        "f#/rules/0/conditions/0/value: stands beside 'values'; keep one of them"),
                bad(
                        rule("{'percentage':101},{'percentage':1,'negate':'no'}"),
                        "f#/rules/0/conditions/0/percentage: must lie between 0 and 100, was 101",
                        "f#/rules/0/conditions/1/negate: must be true or false, was a string"),
                bad(
                        "{'key':'a','rules':[{'id':'r','conditions':[{'segment':'s'}],'split':[{'variant':'x','weight':1}]}]}",
                        "f#/rules/0/split/0/variant: there is no variant 'x'; there are on, off"));
    }

    @Test
    void problemsOfAllPartsAreReportedTogether() {
        assertThat(problemsOf("{'key':'a b','type':'x','percentage':200,'enabled':7,'offVariant':'no',"
                        + "'targets':[{'variant':'t'}],'rules':[{'id':'r','conditions':[7],'variant':'q'}]}"))
                .extracting(problem -> problem.substring(0, problem.indexOf(": ")))
                .containsExactly(
                        "f#/type",
                        "f#/enabled",
                        "f#/rules/0/conditions/0",
                        "f#/percentage",
                        "f#/key",
                        "f#/offVariant",
                        "f#/targets/0/variant");
    }

    @Test
    void countsAndLengthsAreBounded() {
        String text = "x".repeat(10_001);
        assertThat(problemsOf("{'key':'a','description':'" + text + "','owner':'" + text + "','salt':'" + text + "'}"))
                .containsExactly(
                        "f#/description: is 10001 characters long, at most 10000 are allowed",
                        "f#/owner: is 10001 characters long, at most 200 are allowed",
                        "f#/salt: is 10001 characters long, at most 200 are allowed");
        assertThat(problemsOf("{'key':'a','variants':{'off':1" + repeated(100, i -> ",'v" + i + "':1") + "}}"))
                .containsExactly("f#/variants: has 101 elements, at most 100 are allowed");
        String rule = "{'id':'r%','conditions':[{'segment':'s'}],'variant':'on'}";
        assertThat(problemsOf(rules("{'id':'x','conditions':[{'segment':'s'}],'variant':'on'}"
                        + repeated(200, i -> "," + rule.replace("%", "" + i)))))
                .containsExactly("f#/rules: has 201 elements, at most 200 are allowed");
        assertThat(problemsOf(rule("{'segment':'s'}" + ",{'segment':'s'}".repeat(50))))
                .containsExactly("f#/rules/0/conditions: has 51 elements, at most 50 are allowed");
        assertThat(problemsOf(rule("{'attribute':'x','operator':'in','values':[1" + ",1".repeat(10_000) + "]}")))
                .containsExactly("f#/rules/0/conditions/0/values: has 10001 elements, at most 10000 are allowed");
        assertThat(problemsOf("{'key':'a','targets':[{'variant':'on','keys':['" + "u".repeat(1001) + "']}]}"))
                .containsExactly("f#/targets/0/keys/0: is 1001 characters long, at most 1000 are allowed");
    }

    @Test
    void whatAProgramBuildsIsCheckedTheSameWay() {
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> FlagDefinition.builder("a")
                        .variant("x", 1)
                        .variant("y", "2")
                        .variant("z", new Object())
                        .percentage(Percentage.FULL)
                        .build())
                .withMessage("""
                        a#/variants/y: is a string value, but those before it are number values; all must be of one type
                        a#/variants/z: is java.lang.Object; use a boolean, a string, a number, an object or a list
                        a#/offVariant: there is no variant 'off'; there are x, y, z""");
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(
                        () -> FlagDefinition.builder("a").description("\ud800").build())
                .withMessage("a#/description: holds half of a surrogate pair");
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> FlagDefinition.builder("").build())
                .withMessage("#/key: must not be empty");
    }

    @Test
    void textThatIsNoJsonIsAProblemOfItsPath() {
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> FlagJson.definition("flags/a", "{"))
                .withMessageStartingWith("flags/a: is not valid JSON at line 1, column 2");
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> FlagJson.definition("flags/a", "{\"key\":\"a\"}" + " ".repeat(256 * 1024)))
                .withMessage("flags/a: is larger than 256 KiB");
    }

    @Test
    void aDefinitionTooLargeToBeReadAgainIsNotWritten() {
        FlagDefinition large = FlagDefinition.builder("a")
                .variants(java.util.Map.of("off", "x".repeat(200_000), "b", "x".repeat(100_000)))
                .build();

        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> FlagJson.write(large))
                .withMessageMatching("a: is 300\\d\\d\\d bytes of JSON, at most 262144 are allowed");
    }

    private static Arguments bad(String document, String... problems) {
        return Arguments.of(document, List.of(problems));
    }

    private static String rules(String rules) {
        return "{'key':'a','rules':[" + rules + "]}";
    }

    private static String rule(String conditions) {
        return rules("{'id':'r','conditions':[" + conditions + "],'variant':'on'}");
    }

    private static String repeated(int times, java.util.function.IntFunction<String> text) {
        return java.util.stream.IntStream.range(0, times).mapToObj(text).collect(java.util.stream.Collectors.joining());
    }

    private static List<String> problemsOf(String document) {
        InvalidFlagException thrown = catchThrowableOfType(
                InvalidFlagException.class, () -> FlagJson.definition("f#", document.replace('\'', '"')));
        assertThat(thrown).as(document).isNotNull();
        return thrown.problems().stream().map(Problem::toString).toList();
    }
}
