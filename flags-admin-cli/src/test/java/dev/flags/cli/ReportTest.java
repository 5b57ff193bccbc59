package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir
    Path directory;

    private Cli cli;

    @BeforeEach
    void anIncident() {
        cli = Cli.in(directory).with("FLAGS_ACTOR", "ada");
        cli.done("create", "k");
        cli.done("rollout", "start", "k", "--manual", "--reason", "the new importer");
        cli.done("rollout", "promote", "k");
        cli.done("kill", "k", "--reason", "INC-431", "--as", "bob_b");
        cli.done("unkill", "k", "--reason", "fixed");
    }

    @Test
    void theTimelineSaysWhatChangedWhoDidItWhyAndWhomItReached() {
        String report = cli.done("report", "k").out();
        assertThat(report)
                .startsWith("# k: what happened\n")
                .contains("It served 0% before, at most 50% meanwhile, and serves 0% now.")
                .contains("5 changes: ada 4, bob\\_b 1.")
                .contains("killed at stage 2 of 3")
                .containsPattern(
                        "Way back: \\S+ after the raise to 50%, it began at \\S+ \\(kill by bob\\\\_b\\); nobody was served any more at once")
                .containsPattern("Killed \\S+ by bob\\\\_b: INC-431; lifted \\S+ by ada, after ")
                .containsPattern(
                        "\\| 2 \\| ada at \\S+ \\| rollout start \\| 0% → 10% \\| \\+10% \\| the new importer \\|")
                .containsPattern("\\| 4 \\| bob\\\\_b at \\S+ \\| kill \\| 50% → 0% \\| -50% \\| INC-431 \\|");
        assertThat(cli.writing(StandardCharsets.US_ASCII).done("report", "k").out())
                .contains("0% to 10%")
                .matches("\\p{ASCII}*");
    }

    @Test
    void asDataItIsTheSame() {
        Map<String, Object> report = cli.json("report", "k", "--since", "1h");
        assertThat(report).containsEntry("highestPercentage", 50L).containsEntry("percentage", 0L);
        assertThat((List<?>) report.get("steps")).hasSize(5);
        Map<?, ?> kill = (Map<?, ?>) ((List<?>) report.get("steps")).get(3);
        assertThat(kill.get("percentageBefore")).isEqualTo(50L);
        assertThat(kill.get("takenAway")).isEqualTo(50L);
        assertThat(report.get("kills").toString()).contains("by=bob_b", "reason=INC-431");
        assertThat(report.get("retreats").toString()).contains("action=kill", "offAt=2");
        assertThat(report.get("rollouts").toString()).contains("state=KILLED");
    }

    @Test
    void whatPeopleTypedIsShownAndDoesNothing() {
        String nasty = "<img src=x onerror=alert(1)> | **bold** [x](javascript:1) `c`\n# new \u001b[31m \u202e";
        cli.done("set", "k", "5%", "--reason", nasty, "--as", "<b>|mallory");
        String report = cli.done("report", "k").out();
        assertThat(report)
                .doesNotContain("<img", "<b>", "**bold**", "[x](", "\u001b", "\u202e", "\n# new")
                .contains("&lt;img src=x onerror=alert\\(1\\)&gt; \\| \\*\\*bold\\*\\* \\[x\\]\\(javascript:1\\)");
        String row = report.lines()
                .filter(line -> line.startsWith("| ") && line.contains("mallory"))
                .findFirst()
                .orElseThrow();
        assertThat(row.replace("\\|", "").chars().filter(c -> c == '|').count()).isEqualTo(9);
    }

    @Test
    void timesAndKeysThatCannotBeAreRefused() {
        cli.run("report", "nope").exits(3).says("no such flag: nope");
        cli.run("report", "k", "--since", "yesterday").exits(2).says("yesterday");
        cli.run("report", "k", "--since", "2999-01-01").exits(2).says("in the future");
        cli.done("report", "k", "--since", "0s").prints("Nothing was changed");
    }
}
