package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.Percentage;
import dev.flags.rollout.Precondition.DatabaseObject;
import dev.flags.rollout.Precondition.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the guide to plans shows is read by the classes that it is about. */
class PlanGuideTest {
    private static final Path GUIDE = Path.of("../docs/rollout-plans.md");
    private static final Path SOURCE = Path.of("src/test/java/dev/flags/rollout/PlanGuideTest.java");

    private static RolloutPlan shown() {
        // region plan
        RolloutPlan plan = RolloutPlan.stages("10:15m,50:15m:approval,100")
                .guard("error-rate > 5% for 5m -> rollback")
                .guard("code DATABASE_CONNECTION_LOST,ORPHANED_ROWS")
                .guard("slow: p95 > 3s for 10m -> hold severity high")
                .advance("error-rate < 1%")
                .advance("p95 < 10s")
                .require(new DatabaseObject(Kind.FUNCTION, "create_project_atomic", "orders"))
                .gate(HookUse.Event.BEFORE_RAISE, "change-board")
                .hook(HookUse.Event.ROLLED_BACK, "channel")
                .holdBack(Percentage.of(1))
                .build();
        // endregion
        return plan;
    }

    @Test
    void theJavaIsThisCodeAndMakesThePlanOfTheDocument() throws IOException {
        String source = Files.readString(SOURCE);
        String region =
                source.substring(source.indexOf("// region plan\n") + 15, source.indexOf("        // endregion"));

        assertThat(blocks("java"))
                .containsExactly(
                        region.lines().map(line -> line.substring(8)).collect(Collectors.joining("\n", "", "\n")));
        assertThat(RolloutPlan.read("plan.yaml", blocks("yaml").get(0))).isEqualTo(shown());
    }

    @ParameterizedTest
    @CsvSource({"1, runbook", "2, canary", "3, careful"})
    void thePresetsAreWhatTheGuideSays(int block, String name) throws IOException {
        assertThat(RolloutPlan.read("plan.yaml", blocks("yaml").get(block)))
                .isEqualTo(RolloutPlan.preset(name).build());
    }

    @Test
    void theDefaultGuardsAreThoseOfTheGuide() throws IOException {
        assertThat(blocks("").stream().filter(block -> block.startsWith("failures")))
                .containsExactly(
                        DefaultGuards.ALL.stream().map(Guard::text).collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void everyGuardOfTheTableIsOne() throws IOException {
        List<String> guards = firstCells("| guard | is breached when |");

        assertThat(guards)
                .hasSize(12)
                .allSatisfy(text -> assertThat(Guard.parse(text)).isNotNull());
        assertThat(guards.stream().map(text -> Guard.parse(text).getClass()).distinct())
                .hasSize(Guard.class.getPermittedSubclasses().length);
    }

    @Test
    void everyPreconditionOfTheTableIsOne() throws IOException {
        String listed = String.join(", ", firstCells("| in the document | in Java | |"));

        assertThat(RolloutPlan.read("plan.yaml", "preset: canary\npreconditions: [" + listed + "]")
                        .preconditions())
                .isEqualTo(RolloutPlan.preset("canary")
                        .requireFunction("create_project_atomic")
                        .requireTable("projects")
                        .requireColumn("projects.owner")
                        .requireFlyway("42")
                        .requireLiquibase("add-owner")
                        .requireQuery("ready")
                        .requireHealthy("search")
                        .requireFlag("new-database", true)
                        .build()
                        .preconditions());
    }

    @Test
    void theSeveritiesAreThoseOfTheTable() throws IOException {
        assertThat(Files.readString(GUIDE))
                .contains("| `critical` | data is lost, or nobody can work | `rollback` | 5 minutes |")
                .contains("| `high` | many are hindered | `step-back` | 30 minutes |")
                .contains("| `medium` | some are hindered | `hold` | 4 hours |")
                .contains("| `low` | somebody should know | `notify` | a day |");
        assertThat(Severity.values())
                .extracting(
                        severity -> severity.text() + " " + severity.action().text() + " " + severity.deadline())
                .containsExactly(
                        "critical rollback PT5M", "high step-back PT30M", "medium hold PT4H", "low notify PT24H");
    }

    private static List<String> blocks(String language) throws IOException {
        Matcher matcher = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$").matcher(Files.readString(GUIDE));
        List<String> blocks = new ArrayList<>();
        while (matcher.find()) {
            if (matcher.group(1).equals(language)) {
                blocks.add(matcher.group(2));
            }
        }
        return blocks;
    }

    /** The code in the first cells of the table with this head. */
    private static List<String> firstCells(String head) throws IOException {
        List<String> lines = Files.readAllLines(GUIDE);
        return lines.subList(lines.indexOf(head) + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("| `"))
                .map(line -> line.substring(3, line.indexOf('`', 3)))
                .toList();
    }
}
