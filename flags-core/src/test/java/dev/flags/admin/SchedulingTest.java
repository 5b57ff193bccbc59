package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.SavedSnapshot;
import dev.flags.store.ScheduledChange;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulingTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant AT_NINE = Instant.parse("2026-12-01T09:00:00Z");
    private static final Actor ADA = new Actor("ada", "ada", "here");
    private static final WriteOptions BECAUSE = WriteOptions.because("the launch");

    private final SetClock clock = new SetClock();
    private final InMemoryFlagStore store = new InMemoryFlagStore("test", clock);
    private final FlagAdmin admin = new FlagAdmin(store, ADA);
    private final FlagAdmin controller = new FlagAdmin(store, new Actor("controller", "flags", "there"));

    /** A clock that stands still until it is set. */
    private static final class SetClock extends Clock {
        private Instant now = START;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private static WriteOutcome.Done done(WriteOutcome outcome) {
        assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
        return (WriteOutcome.Done) outcome;
    }

    private void create(String key, int percent) {
        done(admin.create(
                FlagDefinition.builder(key).percentage(Percentage.of(percent)).build(), BECAUSE));
    }

    private ScheduledChange schedule(String key, int percent, Instant at) {
        List<ScheduledChange> before = store.settings().scheduled();
        done(admin.schedule(key, Percentage.of(percent), at, BECAUSE.asConfirmed()));
        return store.settings().scheduled().stream()
                .filter(change -> !before.contains(change))
                .findFirst()
                .orElseThrow();
    }

    private WriteOutcome.Done run(ScheduledChange change) {
        clock.now = change.at();
        return done(controller.runScheduled(change.id(), WriteOptions.DEFAULT));
    }

    private String percentage(String key) {
        return store.flag(key).definition().orElseThrow().percentage().toString();
    }

    private AuditEntry lastEntry() {
        return store.history(Optional.empty(), Long.MAX_VALUE, 1).get(0);
    }

    @Test
    void itIsListedAndMadeAtItsTimeOnceInOneCommitThatSaysWhoScheduledIt() {
        create("a", 10);
        create("b", 10);

        ScheduledChange change = schedule("a", 50, AT_NINE.plusNanos(1_999));

        assertThat(change)
                .isEqualTo(new ScheduledChange(
                        change.id(),
                        "a",
                        Percentage.of(50),
                        Percentage.of(10),
                        AT_NINE,
                        "ada",
                        "the launch",
                        START,
                        Map.of()));
        assertThat(lastEntry().action()).isEqualTo("schedule");
        assertThat(lastEntry().details())
                .containsEntry("scheduled", change.id())
                .containsEntry("due", AT_NINE.toString())
                .containsEntry("flag", "a");
        assertThat(percentage("a")).isEqualTo("10%");
        long revision = store.head().revision();

        WriteOutcome.Done ran = run(change);

        assertThat(ran.keys()).containsExactly("a");
        assertThat(ran.revision()).isEqualTo(revision + 1);
        assertThat(store.head().revision()).isEqualTo(revision + 1);
        assertThat(percentage("a")).isEqualTo("50%");
        assertThat(store.settings().scheduled()).isEmpty();
        AuditEntry entry = lastEntry();
        assertThat(entry.action()).isEqualTo("run-scheduled");
        assertThat(entry.actor().name()).isEqualTo("controller");
        assertThat(entry.reason()).isEqualTo("the launch");
        assertThat(entry.keys()).containsExactly("a");
        assertThat(entry.details()).containsEntry("scheduledBy", "ada").containsEntry("scheduled", change.id());
        assertThat(entry.details()).doesNotContainKey("dropped");

        assertThatThrownBy(() -> controller.runScheduled(change.id(), WriteOptions.DEFAULT))
                .isInstanceOf(NoSuchFlagException.class)
                .hasMessageContaining("done, dropped or cancelled");
        assertThat(store.head().revision()).isEqualTo(revision + 1);
    }

    @Test
    void itIsNotMadeBeforeItsTime() {
        create("a", 10);
        ScheduledChange change = schedule("a", 50, AT_NINE);
        clock.now = AT_NINE.minusMillis(1);

        assertThat(change.isDue(clock.now)).isFalse();
        assertThatThrownBy(() -> controller.runScheduled(change.id(), WriteOptions.DEFAULT))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining(AT_NINE.toString());
        assertThat(percentage("a")).isEqualTo("10%");
        assertThat(store.settings().scheduled()).containsExactly(change);
    }

    @Test
    void itIsTakenBackWithoutAReasonAndThenNeverMade() {
        create("a", 10);
        done(admin.protect(true, BECAUSE));
        ScheduledChange change = schedule("a", 50, AT_NINE);
        ScheduledChange other = schedule("a", 60, AT_NINE.plusSeconds(60));

        WriteOutcome.Done cancelled = done(admin.cancelScheduled(change.id(), WriteOptions.DEFAULT));

        assertThat(cancelled.keys()).containsExactly("a");
        assertThat(cancelled.changed()).isTrue();
        assertThat(lastEntry().action()).isEqualTo("cancel-scheduled");
        assertThat(lastEntry().details()).containsEntry("scheduled", change.id());
        assertThat(store.settings().scheduled()).containsExactly(other);
        assertThat(store.settings().isProtected()).isTrue();
        clock.now = AT_NINE;
        assertThatThrownBy(() -> controller.runScheduled(change.id(), WriteOptions.DEFAULT))
                .isInstanceOf(NoSuchFlagException.class);
        assertThatThrownBy(() -> admin.cancelScheduled(change.id(), WriteOptions.DEFAULT))
                .isInstanceOf(NoSuchFlagException.class);
        assertThat(percentage("a")).isEqualTo("10%");
    }

    @Test
    void aTimeThatIsPastOrTakenAndAFlagThatIsNotThereAreRefused() {
        create("a", 10);
        create("gone", 10);
        done(admin.archive("gone", BECAUSE));
        ScheduledChange change = schedule("a", 50, AT_NINE);

        for (Instant past : List.of(START, START.minusSeconds(1), START.plusNanos(1))) {
            assertThatThrownBy(() -> admin.schedule("a", Percentage.of(50), past, BECAUSE))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("must be in the future")
                    .hasMessageContaining(START.toString());
        }
        assertThatThrownBy(() -> admin.schedule("a", Percentage.of(60), AT_NINE, BECAUSE))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining(change.id());
        for (String key : List.of("gone", "unknown")) {
            assertThatThrownBy(() -> admin.schedule(key, Percentage.of(60), AT_NINE, BECAUSE))
                    .isInstanceOf(NoSuchFlagException.class);
        }
        assertThat(store.settings().scheduled()).containsExactly(change);
    }

    @Test
    void tooMuchIsRefused() {
        create("a", 10);
        for (int i = 0; i < EnvironmentSettings.MOST_SCHEDULED; i++) {
            done(admin.schedule(
                    "a",
                    Percentage.of(50),
                    AT_NINE.plusSeconds(i),
                    WriteOptions.because("\u0001\uD83D\uDEA9".repeat(500))));
        }

        assertThatThrownBy(() -> admin.schedule("a", Percentage.of(50), AT_NINE.minusSeconds(1), BECAUSE))
                .isInstanceOf(InvalidFlagException.class)
                .hasMessageContaining("100");
        // what is kept can be read again, and the whole reason is in the log
        assertThat(store.settings().scheduled()).hasSize(EnvironmentSettings.MOST_SCHEDULED);
        assertThat(store.settings().isProtected()).isFalse();
        assertThat(lastEntry().reason()).hasSize(1_500);
    }

    @ParameterizedTest
    @CsvSource({"on, 50, true", "killed, 50, true", "disabled, 50, true", "on, 5, false", "killed, 5, false"})
    void aProtectedEnvironmentAsksAtOnceWhatItWouldAskOfTheChange(String flagIs, int percent, boolean asks) {
        create("a", 10);
        if (flagIs.equals("killed")) {
            done(admin.kill(new KillScope.Keys(List.of("a")), BECAUSE));
        } else if (flagIs.equals("disabled")) {
            done(admin.disable(List.of("a"), BECAUSE));
        }
        done(admin.protect(true, BECAUSE));

        assertThat(admin.schedule("a", Percentage.of(percent), AT_NINE, WriteOptions.DEFAULT.asConfirmed()))
                .isInstanceOf(WriteOutcome.NeedsReason.class);
        WriteOutcome unconfirmed = admin.schedule("a", Percentage.of(percent), AT_NINE, BECAUSE);
        if (asks) {
            assertThat(unconfirmed)
                    .isInstanceOfSatisfying(
                            WriteOutcome.NeedsConfirmation.class,
                            asked -> assertThat(asked.question())
                                    .contains("protected")
                                    .contains("from 10% to 50%")
                                    .contains(AT_NINE.toString()));
            assertThat(store.settings().scheduled()).isEmpty();
            unconfirmed = admin.schedule("a", Percentage.of(percent), AT_NINE, BECAUSE.asConfirmed());
        }
        done(unconfirmed);
        assertThat(store.settings().scheduled()).hasSize(1);
    }

    @Test
    void nothingIsAskedAtItsTime() {
        create("a", 10);
        done(admin.protect(true, BECAUSE));
        ScheduledChange change = schedule("a", 50, AT_NINE);

        run(change);

        assertThat(percentage("a")).isEqualTo("50%");
    }

    @Test
    void aDryRunWritesNothing() {
        create("a", 10);
        long revision = store.head().revision();

        assertThat(done(admin.schedule("a", Percentage.of(50), AT_NINE, BECAUSE.asDryRun()))
                        .changed())
                .isTrue();
        assertThat(store.head().revision()).isEqualTo(revision);
        assertThat(store.settings().scheduled()).isEmpty();
    }

    private void dropped(ScheduledChange change, String why) {
        Optional<String> before =
                store.flag("a").definition().map(d -> d.percentage().toString());
        long revision = store.flag("a").revision();

        WriteOutcome.Done ran = run(change);

        assertThat(ran.changed()).isTrue();
        assertThat(ran.notes()).singleElement().asString().contains("dropped").contains(why);
        assertThat(lastEntry().action()).isEqualTo("run-scheduled");
        assertThat(String.valueOf(lastEntry().details().get("dropped"))).contains(why);
        assertThat(lastEntry().keys()).containsExactly("a");
        assertThat(lastEntry().after()).isEqualTo(lastEntry().before());
        assertThat(store.flag("a").definition().map(d -> d.percentage().toString()))
                .isEqualTo(before);
        assertThat(store.flag("a").revision()).isEqualTo(revision);
        assertThat(store.settings().scheduled()).doesNotContain(change);
    }

    @Test
    void itIsDroppedForAFlagThatIsKilledArchivedOrInARollout() {
        create("a", 10);
        dropped(
                scheduledBefore(
                        () -> done(admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.because("INC-1")))),
                "INC-1");
        done(admin.unkill(List.of("a"), Optional.empty(), BECAUSE));
        dropped(scheduledBefore(() -> rollOut(RolloutRun.State.RUNNING)), "rollout");
        rollOut(RolloutRun.State.COMPLETED);
        dropped(scheduledBefore(() -> done(admin.archive("a", BECAUSE))), "archived");
    }

    private ScheduledChange scheduledBefore(Runnable then) {
        ScheduledChange change = schedule("a", 50, clock.now.plusSeconds(60));
        then.run();
        return change;
    }

    @Test
    void whatSpeaksAgainstItAlreadyIsNoted() {
        create("a", 10);
        done(admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.because("INC-1")));

        assertThat(done(admin.schedule("a", Percentage.of(50), AT_NINE, BECAUSE))
                        .notes())
                .anyMatch(note -> note.contains("dropped if") && note.contains("INC-1"));
        done(admin.unkill(List.of("a"), Optional.empty(), BECAUSE));
        run(store.settings().scheduled().get(0));
        assertThat(percentage("a")).isEqualTo("50%");
    }

    @ParameterizedTest
    @CsvSource({
        // scheduled at 10 %, and lowered by hand: the raise is no longer what was agreed to
        "5, 50, 5",
        // a lowering is made whatever came between
        "20, 5, 5",
        "8, 5, 5",
        // raised by hand: still the way to where it was to go
        "20, 50, 50",
        "70, 50, 50",
        // a lowering that has become a raise
        "3, 5, 3",
        "10, 50, 50",
        "50, 50, 50"
    })
    void aPercentageThatWasLoweredSinceIsNotRaised(int byHand, int scheduled, int ends) {
        create("a", 10);
        ScheduledChange change = schedule("a", scheduled, AT_NINE);
        done(admin.setPercentage("a", Percentage.of(byHand), BECAUSE));

        run(change);

        assertThat(percentage("a")).isEqualTo(ends + "%");
        assertThat(lastEntry().details().containsKey("dropped")).isEqualTo(ends == byHand && byHand < 10);
        assertThat(store.settings().scheduled()).isEmpty();
    }

    @Test
    void aLoweringThatWasScheduledDoesNotDropTheRaiseThatFollows() {
        create("a", 50);
        ScheduledChange down = schedule("a", 10, AT_NINE);
        ScheduledChange up = schedule("a", 40, AT_NINE.plusSeconds(60));
        create("b", 50);
        ScheduledChange other = schedule("b", 60, AT_NINE);

        run(down);
        assertThat(percentage("a")).isEqualTo("10%");
        assertThat(store.settings().scheduled()).containsExactly(other, up.from(Percentage.of(10)));
        run(up);

        assertThat(percentage("a")).isEqualTo("40%");
    }

    @Test
    void aLoweringByHandDropsAllRaisesThatFollowAlsoWhenOneIsCancelledOrALoweringComesFirst() {
        create("a", 50);
        ScheduledChange cancelled = schedule("a", 60, AT_NINE);
        ScheduledChange down = schedule("a", 2, AT_NINE.plusSeconds(1));
        ScheduledChange up = schedule("a", 40, AT_NINE.plusSeconds(2));
        done(admin.setPercentage("a", Percentage.of(5), BECAUSE));
        done(admin.cancelScheduled(cancelled.id(), BECAUSE));

        run(down);
        assertThat(percentage("a")).isEqualTo("2%");
        run(up);

        assertThat(percentage("a")).isEqualTo("2%");
        assertThat(String.valueOf(lastEntry().details().get("dropped"))).contains("lowered");
    }

    @Test
    void aRestoreDoesNotBringBackWhatMayHaveBeenDone(@TempDir Path directory) {
        create("a", 10);
        ScheduledChange change = schedule("a", 50, AT_NINE);
        Path file = directory.resolve("saved.json");
        SavedSnapshot.write(file, store.load());
        InMemoryFlagStore emptied = new InMemoryFlagStore("test", clock);

        WriteOutcome.Done restored = done(new FlagAdmin(emptied, ADA).restore(file, false, BECAUSE.asConfirmed()));

        assertThat(emptied.settings().scheduled()).isEmpty();
        assertThat(restored.notes()).anyMatch(note -> note.contains("a at 50%") && note.contains(AT_NINE.toString()));

        // where the store knows better than the snapshot, it stays
        done(admin.restore(file, true, BECAUSE.asConfirmed()));
        assertThat(store.settings().scheduled()).containsExactly(change);
    }

    @Test
    void fieldsThatThisVersionDoesNotKnowAreKeptAndOthersAreChecked() {
        String text =
                "{\"schema\":1,\"protected\":true,\"scheduled\":[{\"id\":\"x\",\"flag\":\"a\",\"percentage\":12.5,"
                        + "\"from\":10,\"at\":\"2026-12-01T09:00:00Z\",\"by\":\"ada\",\"reason\":\"r\","
                        + "\"createdAt\":\"2026-11-21T10:00:00Z\",\"wave\":3}],\"freeze\":\"weekend\"}";

        EnvironmentSettings settings = EnvironmentSettings.parse("settings", text);

        assertThat(settings.write()).isEqualTo(text);
        assertThat(settings.protect(false).scheduled()).isEqualTo(settings.scheduled());
        assertThat(settings.scheduled().get(0).percentage().toString()).isEqualTo("12.5%");
        for (String broken : List.of(
                text.replace("[{", "{\"a\":{").replace("}]", "}}"),
                text.replace("12.5", "101"),
                text.replace("\"id\":\"x\"", "\"id\":7"),
                text.replace("2026-12-01T09:00:00Z", "soon"))) {
            assertThatThrownBy(() -> EnvironmentSettings.parse("settings", broken))
                    .isInstanceOf(InvalidFlagException.class);
        }
    }

    private void rollOut(RolloutRun.State state) {
        RolloutRun run = new RolloutRun(
                "run-1",
                state,
                0,
                List.of(new RolloutRun.Stage(Percentage.of(50), Duration.ofMinutes(5))),
                Instant.EPOCH,
                "ada",
                Percentage.ZERO,
                true,
                Map.of());
        Consumer<RolloutRun> commit = wanted -> store.commit(new Commit(
                ADA,
                "rollout",
                "",
                Map.of(),
                found -> Commit.Write.flags(Map.of(
                        "a",
                        FlagStates.rolledOut(
                                found.flag("a"), found.flag("a").definition().orElseThrow(), wanted)))));
        commit.accept(run);
    }
}
