package dev.flags.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flags.model.FlagFile.Format;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagFileTest {

    @Test
    void yamlNamesThatLookLikeBooleansStayNames() {
        FlagFile file = FlagFile.parse("f.yaml", """
                flags:
                  new-dashboard:
                    variants: {on: true, off: false}
                    offVariant: off
                    percentage: 12.5
                    rules:
                    - id: staff
                      conditions:
                      - {attribute: plan, operator: in, value: pro}
                      variant: on
                """, Format.YAML);

        FlagDefinition flag = file.flags().get(0);
        assertThat(flag.key()).isEqualTo("new-dashboard");
        assertThat(flag.variants()).isEqualTo(Map.of("on", true, "off", false));
        assertThat(flag.offVariant()).isEqualTo("off");
        assertThat(flag.percentage()).isEqualTo(Percentage.of(new BigDecimal("12.5")));
        assertThat(flag.rules().get(0).serve().variant()).contains("on");
    }

    @Test
    void allProblemsOfAllFlagsAreNamedTogether() {
        InvalidFlagException thrown = catchThrowableOfType(
                InvalidFlagException.class,
                () -> parse("{'flags':[{'key':'a','percentage':200},{'key':'b'},{'key':'c','offVariant':'x'}],"
                        + "'segments':[{'name':'s s'}],'kills':{'a':{'at':'now'}}}"));

        assertThat(thrown.problems())
                .extracting(Problem::path)
                .containsExactly(
                        "f.json#/flags/0/percentage",
                        "f.json#/flags/2/offVariant",
                        "f.json#/segments/0/name",
                        "f.json#/kills/a/at");
    }

    @Test
    void aMalformedFlagDoesNotTakeTheOthersDown() {
        FlagFile.Parsed parsed =
                lenient("{'flags':[{'key':'a','percentage':200},{'key':'b'},{},7],'segments':{'s':[]}}");

        assertThat(parsed.good().flags()).extracting(FlagDefinition::key).containsExactly("b");
        assertThat(parsed.malformedKeys()).containsExactly("a");
        assertThat(parsed.problems())
                .extracting(Problem::path)
                .containsExactly(
                        "f.json#/flags/0/percentage", "f.json#/flags/2/key", "f.json#/flags/3", "f.json#/segments/s");
    }

    @Test
    void aFlagThatIsThereTwiceIsReportedWithBothPlacesAndIsNeither() {
        FlagFile.Parsed parsed = lenient("{'flags':[{'key':'a'},{'key':'b'},{'key':'a','enabled':false}]}");

        assertThat(parsed.problems())
                .extracting(Problem::toString)
                .containsExactly("f.json#/flags/2/key: 'a' is there twice, first at f.json#/flags/0");
        assertThat(parsed.good().flags()).extracting(FlagDefinition::key).containsExactly("b");
        assertThat(parsed.malformedKeys()).containsExactly("a");
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> parse("{'flags':{'a':{},\n'b':{},'a':{}}}"))
                .withMessage("f.json: has /flags/a twice: at line 1, column 11 and at line 2, column 8");
        assertThat(lenient("{'segments':[{'name':'s'},{'name':'s'}]}").malformedSegments())
                .containsExactly("s");
    }

    @Test
    void aKillThatCannotBeReadStillKills() {
        FlagFile.Parsed parsed =
                lenient("{'kills':{'a':true,'b':{'at':7},'c':{},'d':{'at':'2026-01-31T12:00:00Z','by':'me','why':1}}}");

        assertThat(parsed.good().kills().keySet()).containsExactly("a", "b", "c", "d");
        assertThat(parsed.good().kills().get("b")).isEqualTo(KillLatch.unreadable(Instant.EPOCH));
        assertThat(parsed.good().kills().get("c").reason()).isEqualTo("unspecified");
        assertThat(parsed.good().kills().get("d").extra()).isEqualTo(Map.of("why", 1L));
        assertThat(parsed.problems())
                .extracting(Problem::path)
                .containsExactly("f.json#/kills/a", "f.json#/kills/b/at");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    []                          | f.json#: must be an object, was a list
                    7                           | f.json#: must be an object, was 7
                    {"schema":2,"flags":[]}     | f.json#/schema: was made by a newer version
                    {"flags":7}                 | f.json#/flags: must be a list or an object, was a number
                    {"kills":[]}                | f.json#/kills: must be an object by flag key, was a list
                    {"flags"                    | f.json: is not valid JSON at line 1, column 9
                    ``                          | f.json: is empty
                    """)
    void aTextThatSaysNothingOfAnyFlagIsRefusedAlsoLeniently(String text, String message) {
        assertThatExceptionOfType(InvalidFlagException.class)
                .isThrownBy(() -> FlagFile.parseLeniently("f.json", text, Format.JSON))
                .withMessageStartingWith(message);
    }

    @Test
    void aKeyThatDiffersFromItsNameIsAProblem() {
        assertThat(lenient("{'flags':{'a':{'key':'b'}}}").problems())
                .extracting(Problem::toString)
                .containsExactly("f.json#/flags/a/key: differs from the name it stands under; leave it out");
    }

    @Test
    void oneFlagOver256KiBIsRefusedAndTheOthersAreNot() {
        String large = "{'key':'big','x-notes':'" + "x".repeat(256 * 1024) + "'}";
        FlagFile.Parsed parsed = lenient("{'flags':[" + large + ",{'key':'b'}]}");

        assertThat(parsed.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo("f.json#/flags/0");
            assertThat(problem.message()).endsWith("at most 262144 are allowed");
        });
        assertThat(parsed.good().flags()).extracting(FlagDefinition::key).containsExactly("b");
    }

    @Test
    void unknownFieldsSurviveAtEveryLevel() {
        String json = "{'schema':1,'flags':[{'schema':1,'key':'a','type':'release','enabled':true,"
                + "'variants':{'on':true,'off':false},'offVariant':'off',"
                + "'prerequisites':[{'flag':'b','x':1}],'targets':[{'variant':'on','keys':['u'],'x':2}],"
                + "'rules':[{'id':'r','conditions':[{'segment':'s','x':3}],'split':[{'variant':'on','weight':1,'x':4}],"
                + "'x':[null]}],'percentage':0,'x':{'y':null}}],'segments':[{'schema':1,'name':'s','x':6}],"
                + "'kills':{'a':{'at':'2026-01-31T12:00:00Z','by':'me','reason':'r','endedRollout':false,'x':7}},'x':8}";

        assertThat(FlagFileReader.tree(parse(json)))
                .hasToString(String.valueOf(dev.flags.json.Json.parse(json.replace('\'', '"'))));
    }

    @Test
    void tenThousandFlagsWithRulesAreReadWellUnderASecond() {
        String flag = "{'key':'flag-%','percentage':12.5,'targets':[{'variant':'on','keys':['u1','u2']}],'rules':["
                + "{'id':'a','conditions':[{'attribute':'plan','operator':'in','values':['pro','team']}],'variant':'on'},"
                + "{'id':'b','conditions':[{'attribute':'age','operator':'>=','values':[18]},{'percentage':10}],'variant':'on'}]}";
        String text = IntStream.range(0, 10_000)
                .mapToObj(i -> flag.replace("%", "" + i))
                .collect(Collectors.joining(",", "{'flags':[", "]}"))
                .replace('\'', '"');

        // the thread's own time, because other tests may keep the processors busy: 0.3 s cold, under 0.1 s warm
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Duration least = Duration.ofDays(1);
        for (int round = 0; round < 5 && least.compareTo(Duration.ofSeconds(1)) >= 0; round++) {
            long start = threads.getCurrentThreadCpuTime();
            assertThat(FlagFile.parse("f", text, Format.JSON).flags()).hasSize(10_000);
            Duration took = Duration.ofNanos(threads.getCurrentThreadCpuTime() - start);
            least = took.compareTo(least) < 0 ? took : least;
        }

        assertThat(least).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void theFormatFollowsTheExtension() {
        assertThat(List.of("flags.yaml", "x/F.YML"))
                .allSatisfy(name -> assertThat(Format.of(Path.of(name))).isEqualTo(Format.YAML));
        assertThat(List.of("flags.json", "flags", "yaml"))
                .allSatisfy(name -> assertThat(Format.of(Path.of(name))).isEqualTo(Format.JSON));
    }

    private static FlagFile parse(String text) {
        return FlagFile.parse("f.json", text.replace('\'', '"'), Format.JSON);
    }

    private static FlagFile.Parsed lenient(String text) {
        return FlagFile.parseLeniently("f.json", text.replace('\'', '"'), Format.JSON);
    }
}
