package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrillTest {
    @TempDir
    Path directory;

    private Cli cli;

    @BeforeEach
    void aFlagForHalfOfTheUsers() {
        cli = Cli.in(directory);
        cli.done("create", "k", "--percent", "50");
    }

    @Test
    void everyStepIsTimedAndTheFlagIsAsItWas() {
        Map<String, Object> before = cli.json("get", "k");
        Map<String, Object> drill = cli.json("drill", "k", "--reason", "weekly", "--timeout", "5m");
        assertThat(drill).containsEntry("restored", true).containsEntry("percentage", 50L);
        List<?> steps = (List<?>) drill.get("steps");
        assertThat(steps.stream().map(step -> String.valueOf(((Map<?, ?>) step).get("step"))))
                .containsExactly("roll back to 0%", "back to 50%", "kill", "lift the kill");
        assertThat(steps).allSatisfy(step -> {
            assertThat(Duration.parse((String) ((Map<?, ?>) step).get("committed")))
                    .isPositive();
            assertThat(Duration.parse((String) ((Map<?, ?>) step).get("served")))
                    .isPositive();
        });
        Map<String, Object> after = cli.json("get", "k");
        for (String field : List.of("state", "enabled", "percentage", "variants")) {
            assertThat(after.get(field)).as(field).isEqualTo(before.get(field));
        }
        assertThat(after).containsEntry("killed", null);
        assertThat(cli.done("history", "k").out())
                .contains("drill: weekly, roll back to 0%", "drill: weekly, lift the kill");
    }

    @Test
    void aFlagThatServesNobodyIsRaisedForTheRehearsal() {
        cli.done("set", "k", "0%");
        cli.done("drill", "k", "--at", "25%", "--timeout", "5m").prints("raise to 25%", "It is as it was before");
        assertThat(cli.json("get", "k")).containsEntry("percentage", 0L);
        cli.run("drill", "k", "--at", "0%").exits(2).says("--at");
    }

    @Test
    void whereADrillWouldHurtItIsRefusedAndNothingIsWritten() {
        cli.run("drill", "nope").exits(3);
        cli.done("disable", "k");
        cli.run("drill", "k").exits(9).says("disabled");
        cli.done("enable", "k");
        cli.done("rollout", "start", "k", "--manual", "--stages", "60,100");
        cli.run("drill", "k").exits(9).says("rollout under way");
        cli.done("kill", "k");
        cli.run("drill", "k").exits(9).says("killed");
        cli.done("unkill", "k");
        cli.done("environment", "protect", "--reason", "live");
        long revision = (long) cli.json("list").get("revision");
        cli.run("drill", "k").exits(9).says("environment development is protected");
        assertThat(cli.json("list")).containsEntry("revision", revision);
    }

    @Test
    void somebodysChangeInTheMiddleEndsTheDrillAndIsLeftAlone() throws Exception {
        try (Drilling drilling = new Drilling(cli);
                Drill drill = drilling.drill()) {
            drilling.meanwhile = () -> cli.done("target", "k", "--on", "ada", "--as", "bob");
            assertThatThrownBy(() -> drill.run(Percentage.of(10))).hasMessageContaining("changed by somebody else");
            assertThat(drill.putBack()).get().asString().contains("somebody else");
        }
        assertThat(cli.json("get", "k").get("targets").toString()).contains("ada");
    }

    @Test
    void whatTheDrillItselfLeftBehindIsPutBack() throws Exception {
        try (Drilling drilling = new Drilling(cli);
                Drill drill = drilling.drill()) {
            drilling.meanwhile = () -> {
                throw new StoreUnavailableException("gone for a moment");
            };
            assertThatThrownBy(() -> drill.run(Percentage.of(10))).hasMessageContaining("gone for a moment");
            drilling.meanwhile = () -> {};
            assertThat(cli.json("get", "k").get("killed")).isNotNull();
            assertThat(drill.putBack()).isEmpty();
            assertThat(drill.isAsBefore()).isTrue();
        }
        assertThat(cli.json("get", "k")).containsEntry("percentage", 50L).containsEntry("killed", null);
    }

    /** A drill in whose middle, before the kill is lifted, something happens. */
    private static final class Drilling implements AutoCloseable {
        private final Session session;
        private final FlagStore store;
        Runnable meanwhile = () -> {};

        Drilling(Cli cli) {
            session = new Session(cli.shell());
            store = session.open();
        }

        Drill drill() {
            FlagState start = store.flag("k");
            return new Drill(store, session.open(), session.admin(store), start, "", Duration.ofMinutes(5), step -> {
                if (step.equals("lift the kill")) {
                    meanwhile.run();
                }
            });
        }

        @Override
        public void close() {
            store.close();
            session.close();
        }
    }
}
