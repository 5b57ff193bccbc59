package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Prerequisite;
import dev.flags.model.RolloutRun;
import dev.flags.model.Segment;
import dev.flags.model.Target;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.InMemoryFlagStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FlagAdminTest {
    private static final WriteOptions BECAUSE = WriteOptions.because("a test");

    private final InMemoryFlagStore store = new InMemoryFlagStore("test");
    private final FlagAdmin admin = new FlagAdmin(store, new Actor("ada", "ada", "here"));

    private static WriteOutcome.Done done(WriteOutcome outcome) {
        assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
        return (WriteOutcome.Done) outcome;
    }

    private void create(String... keys) {
        for (String key : keys) {
            admin.create(FlagDefinition.builder(key).build(), BECAUSE);
        }
    }

    private FlagDefinition definition(String key) {
        return store.flag(key).definition().orElseThrow();
    }

    private AuditEntry lastEntry() {
        return store.history(Optional.empty(), Long.MAX_VALUE, 1).get(0);
    }

    @Test
    void aKillSaysWhichOtherFlagsItTurnsOff() {
        create("base", "other");
        admin.create(
                FlagDefinition.builder("child")
                        .prerequisites(List.of(new Prerequisite("base", Optional.of("on"))))
                        .build(),
                BECAUSE);

        assertThat(done(admin.kill(new KillScope.Keys(List.of("other")), BECAUSE))
                        .notes())
                .isEmpty();
        assertThat(done(admin.kill(new KillScope.Keys(List.of("base")), BECAUSE))
                        .notes())
                .singleElement()
                .asString()
                .contains("child has base as a prerequisite");
        assertThat(done(admin.kill(new KillScope.Keys(List.of("base")), BECAUSE))
                        .notes())
                .isEmpty();
    }

    @Test
    void disablingAFlagPutsARolloutThatClimbsOnHold() {
        create("a");
        RolloutRun run = new RolloutRun(
                "run-1",
                RolloutRun.State.RUNNING,
                0,
                List.of(new RolloutRun.Stage(Percentage.of(50), Duration.ofMinutes(5))),
                Instant.EPOCH,
                "ada",
                Percentage.ZERO,
                true,
                Map.of());
        store.commit(new Commit(
                new Actor("ada", "ada", "here"),
                "rollout",
                "",
                Map.of(),
                found -> Commit.Write.flags(Map.of("a", FlagStates.rolledOut(found.flag("a"), definition("a"), run)))));

        WriteOutcome.Done disabled = done(admin.disable(List.of("a"), BECAUSE));

        assertThat(store.flag("a").rollout().orElseThrow().state()).isEqualTo(RolloutRun.State.HOLDING);
        assertThat(disabled.notes()).anyMatch(note -> note.contains("on hold"));
        done(admin.enable(List.of("a"), BECAUSE));
        assertThat(store.flag("a").rollout().orElseThrow().state()).isEqualTo(RolloutRun.State.HOLDING);
    }

    @Nested
    class Editing {
        @Test
        void aNewFlagIsEnabledAtZeroPercentAndItsEntrySaysWhoAndWhy() {
            WriteOutcome.Done done =
                    done(admin.create(FlagDefinition.builder("a").build(), BECAUSE));
            assertThat(done.changed()).isTrue();
            assertThat(done.revision()).isEqualTo(1);
            assertThat(done.keys()).containsExactly("a");
            assertThat(definition("a").enabled()).isTrue();
            assertThat(definition("a").percentage()).isEqualTo(Percentage.ZERO);
            assertThat(lastEntry().actor().name()).isEqualTo("ada");
            assertThat(lastEntry().reason()).isEqualTo("a test");
            assertThat(lastEntry().action()).isEqualTo("create");
        }

        @Test
        void aFlagIsNotCreatedTwice() {
            create("a");
            assertThatThrownBy(() -> create("a"))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("already");
            admin.archive("a", BECAUSE);
            assertThatThrownBy(() -> create("a"))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("undo");
        }

        @Test
        void settingWhatIsAlreadySoChangesNothing() {
            create("a");
            done(admin.setPercentage("a", Percentage.of(10), BECAUSE));
            WriteOutcome.Done again = done(admin.setPercentage("a", Percentage.of(10), BECAUSE));
            assertThat(again.changed()).isFalse();
            assertThat(again.revision()).isEqualTo(2);
            assertThat(store.head().revision()).isEqualTo(2);
        }

        @Test
        void aDryRunSaysWhatWouldBeAndWritesNothing() {
            create("a");
            WriteOutcome.Done preview = done(admin.setPercentage("a", Percentage.of(25), BECAUSE.asDryRun()));
            assertThat(preview.changed()).isTrue();
            assertThat(Exposure.share(preview.before().get("a"), preview.after().get("a")))
                    .isEqualTo(new Exposure.ShareChange(Percentage.of(25), Percentage.ZERO));
            assertThat(store.head().revision()).isEqualTo(1);
            assertThat(definition("a").percentage()).isEqualTo(Percentage.ZERO);
        }

        @Test
        void anotherRevisionThanExpectedIsAConflictAndWritesNothing() {
            create("a");
            admin.setPercentage("a", Percentage.of(10), BECAUSE.expecting(1));
            assertThat(admin.setPercentage("a", Percentage.of(50), BECAUSE.expecting(1)))
                    .isEqualTo(new WriteOutcome.Conflict("a", 1, 2));
            assertThat(definition("a").percentage()).isEqualTo(Percentage.of(10));
        }

        @Test
        void unknownFlagsAreNamedAndNothingOfTheRestIsWritten() {
            create("a");
            assertThatThrownBy(() -> admin.disable(List.of("a", "misspelt"), BECAUSE))
                    .isInstanceOf(NoSuchFlagException.class)
                    .hasMessageContaining("misspelt");
            assertThat(definition("a").enabled()).isTrue();
        }

        @Test
        void targetsMoveBetweenOnAndOffAndAway() {
            create("a");
            admin.target("a", List.of("u1", "u2"), List.of("u3"), List.of(), BECAUSE);
            assertThat(definition("a").targets())
                    .containsExactly(new Target("on", Set.of("u1", "u2")), new Target("off", Set.of("u3")));
            admin.target("a", List.of("u3"), List.of("u1"), List.of("u2"), BECAUSE);
            assertThat(definition("a").targets())
                    .containsExactly(new Target("on", Set.of("u3")), new Target("off", Set.of("u1")));
            assertThatThrownBy(() -> admin.target("a", List.of("u9"), List.of("u9"), List.of(), BECAUSE))
                    .hasMessageContaining("u9");
        }

        @Test
        void aLoweringWriteSaysWhatStillServesTheTreatment() {
            create("a");
            admin.target("a", List.of("u1"), List.of(), List.of(), BECAUSE);
            admin.setPercentage("a", Percentage.of(50), BECAUSE);
            assertThat(done(admin.setPercentage("a", Percentage.ZERO, BECAUSE)).notes())
                    .anyMatch(note -> note.contains("targets still serve 'on'"));
        }
    }

    @Nested
    class Killing {
        @Test
        void aKillKeepsEverythingUnderneathAndTheFirstReason() {
            create("a");
            admin.setPercentage("a", Percentage.of(50), BECAUSE);
            admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.because("INC-431"));
            FlagState killed = store.flag("a");
            assertThat(killed.kill().orElseThrow().reason()).isEqualTo("INC-431");
            assertThat(killed.definition().orElseThrow().percentage()).isEqualTo(Percentage.of(50));
            WriteOutcome.Done again =
                    done(admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.because("another")));
            assertThat(again.changed()).isFalse();
            assertThat(store.flag("a").kill().orElseThrow().reason()).isEqualTo("INC-431");
            admin.unkill(List.of("a"), Optional.empty(), BECAUSE);
            assertThat(store.flag("a").kill()).isEmpty();
            assertThat(definition("a").percentage()).isEqualTo(Percentage.of(50));
        }

        @Test
        void aKillWithoutAReasonIsRecordedAsUnspecified() {
            create("a");
            admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.DEFAULT);
            assertThat(lastEntry().reason()).isEqualTo("unspecified");
        }

        @Test
        void unknownKeysAreReportedAndTheKnownOnesKilled() {
            create("a");
            WriteOutcome.Done done = done(admin.kill(new KillScope.Keys(List.of("nope", "a")), WriteOptions.DEFAULT));
            assertThat(done.unknownKeys()).containsExactly("nope");
            assertThat(done.keys()).containsExactly("a");
            assertThat(store.flag("a").kill()).isPresent();
            assertThat(store.flag("nope").kill()).isEmpty();
        }

        @Test
        void aFlagThatOnlyAnotherLayerDefinesIsKilledWhenAskedSo() {
            admin.kill(new KillScope.Keys(List.of("elsewhere"), true), WriteOptions.DEFAULT);
            assertThat(store.flag("elsewhere").kill()).isPresent();
        }

        @Test
        void aTagKillsItsFlagsInOneCommitAndAnUnknownTagIsToldSo() {
            for (String key : List.of("a", "b")) {
                admin.create(
                        FlagDefinition.builder(key).tags(Set.of("checkout")).build(), BECAUSE);
            }
            create("c");
            WriteOutcome.Done done = done(admin.kill(new KillScope.Tag("checkout"), WriteOptions.DEFAULT));
            assertThat(done.keys()).containsExactlyInAnyOrder("a", "b");
            assertThat(store.head().revision()).isEqualTo(4);
            assertThat(store.flag("c").kill()).isEmpty();
            assertThatThrownBy(() -> admin.kill(new KillScope.Tag("nope"), WriteOptions.DEFAULT))
                    .isInstanceOf(NoSuchFlagException.class);
        }

        @Test
        void killingAllAsksWithTheCount() {
            create("a", "b");
            assertThat(admin.kill(new KillScope.All(), WriteOptions.DEFAULT))
                    .isInstanceOfSatisfying(
                            WriteOutcome.NeedsConfirmation.class,
                            asks -> assertThat(asks.question()).contains("2 flags"));
            assertThat(store.flag("a").kill()).isEmpty();
            done(admin.kill(new KillScope.All(), WriteOptions.DEFAULT.asConfirmed()));
            assertThat(store.flags()).allMatch(flag -> flag.kill().isPresent());
        }

        @Test
        void aKillIsNotLostAmongEditsThatRaceWithIt() throws Exception {
            create("a");
            try (var executor = new Pool(4)) {
                List<CompletableFuture<Void>> edits = IntStream.range(1, 60)
                        .mapToObj(i -> executor.run(() -> admin.setPercentage("a", Percentage.of(i), BECAUSE)))
                        .toList();
                CompletableFuture<Void> kill =
                        executor.run(() -> admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.DEFAULT));
                kill.get();
                for (CompletableFuture<Void> edit : edits) {
                    edit.get();
                }
            }
            assertThat(store.flag("a").kill()).isPresent();
            assertThat(store.verify().intact()).isTrue();
        }

        private static final class Pool implements AutoCloseable {
            private final ExecutorService executor;

            Pool(int threads) {
                executor = Executors.newFixedThreadPool(threads);
            }

            CompletableFuture<Void> run(Runnable task) {
                return CompletableFuture.runAsync(task, executor);
            }

            @Override
            public void close() {
                executor.shutdownNow();
            }
        }
    }

    @Nested
    class Undoing {
        @Test
        void undoRestoresTheDefinitionBeforeItsLastChangeAndLiftsNoKill() {
            create("a");
            admin.setPercentage("a", Percentage.of(10), BECAUSE);
            admin.setPercentage("a", Percentage.of(50), BECAUSE);
            admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.DEFAULT);
            WriteOutcome.Done done = done(admin.undo(List.of("a"), OptionalLong.empty(), BECAUSE));
            assertThat(definition("a").percentage()).isEqualTo(Percentage.of(10));
            assertThat(store.flag("a").kill()).isPresent();
            assertThat(done.notes()).anyMatch(note -> note.contains("stays killed"));
            assertThat(done.revision()).isEqualTo(5);
        }

        @Test
        void undoToARevisionRestoresWhatTheFlagWasThen() {
            create("a");
            admin.setPercentage("a", Percentage.of(10), BECAUSE);
            create("b");
            admin.setPercentage("a", Percentage.of(50), BECAUSE);
            admin.undo(List.of("a"), OptionalLong.of(3), BECAUSE);
            assertThat(definition("a").percentage()).isEqualTo(Percentage.of(10));
            assertThat(lastEntry().details()).containsKey("restoredRevision");
        }

        @Test
        void undoOfACreationArchives() {
            create("a");
            admin.undo(List.of("a"), OptionalLong.empty(), BECAUSE);
            assertThat(store.flag("a").isLive()).isFalse();
            admin.undo(List.of("a"), OptionalLong.empty(), BECAUSE);
            assertThat(store.flag("a").isLive()).isTrue();
        }

        @Test
        void undoAllRestoresTheWholeEnvironmentInOneCommit() {
            create("a", "b");
            admin.setPercentage("a", Percentage.of(10), BECAUSE);
            admin.setPercentage("b", Percentage.of(20), BECAUSE);
            create("c");
            long revision = store.head().revision();
            admin.undoAll(3, BECAUSE);
            assertThat(store.head().revision()).isEqualTo(revision + 1);
            assertThat(definition("a").percentage()).isEqualTo(Percentage.of(10));
            assertThat(definition("b").percentage()).isEqualTo(Percentage.ZERO);
            assertThat(store.flag("c").isLive()).isFalse();
        }

        @Test
        void whatNeverWasCannotBeRestored() {
            assertThatThrownBy(() -> admin.undo(List.of("a"), OptionalLong.empty(), BECAUSE))
                    .isInstanceOf(NoSuchFlagException.class);
            create("a");
            assertThatThrownBy(() -> admin.undo(List.of("a"), OptionalLong.of(9), BECAUSE))
                    .isInstanceOf(NoSuchFlagException.class)
                    .hasMessageContaining("9");
            create("b");
            assertThatThrownBy(() -> admin.undo(List.of("b"), OptionalLong.of(1), BECAUSE))
                    .isInstanceOf(NoSuchFlagException.class);
        }
    }

    @Nested
    class Applying {
        private FlagFile file(FlagDefinition... definitions) {
            return new FlagFile(List.of(definitions), List.of(), Map.of());
        }

        @Test
        void aFileIsAppliedInOneCommitAndPruningArchivesTheRest() {
            create("a", "b");
            FlagDefinition a =
                    FlagDefinition.builder("a").percentage(Percentage.of(30)).build();
            FlagDefinition n = FlagDefinition.builder("n").build();
            WriteOutcome.Done done = done(admin.apply(file(a, n), true, BECAUSE));
            assertThat(done.keys()).containsExactlyInAnyOrder("a", "n", "b");
            assertThat(store.head().revision()).isEqualTo(3);
            assertThat(store.flag("b").isLive()).isFalse();
            assertThat(done(admin.apply(file(a, n), true, BECAUSE)).changed()).isFalse();
        }

        @Test
        void segmentsComeAlong() {
            Segment beta = new Segment("beta", "", Set.of("u1"), Set.of(), List.of(), Map.of());
            FlagFile file = new FlagFile(List.of(), List.of(beta), Map.of());
            assertThat(done(admin.apply(file, false, BECAUSE)).changed()).isTrue();
            assertThat(store.segments()).containsEntry("beta", beta);
        }
    }

    @Nested
    class Protecting {
        @Test
        void aProtectedEnvironmentWantsReasonsAndAgreementToRaisesOnly() {
            create("a");
            done(admin.protect(true, BECAUSE));
            assertThat(admin.setPercentage("a", Percentage.of(10), WriteOptions.DEFAULT))
                    .isEqualTo(new WriteOutcome.NeedsReason("test"));
            assertThat(admin.setPercentage("a", Percentage.of(10), BECAUSE))
                    .isInstanceOfSatisfying(
                            WriteOutcome.NeedsConfirmation.class,
                            asks -> assertThat(asks.question()).contains("protected", "raises", "a"));
            done(admin.setPercentage("a", Percentage.of(10), BECAUSE.asConfirmed()));
            done(admin.setPercentage("a", Percentage.of(5), BECAUSE));
            done(admin.disable(List.of("a"), WriteOptions.DEFAULT));
            done(admin.kill(new KillScope.Keys(List.of("a")), WriteOptions.DEFAULT));
            assertThat(admin.unkill(List.of("a"), Optional.empty(), BECAUSE)).isInstanceOf(WriteOutcome.Done.class);
            assertThat(admin.enable(List.of("a"), BECAUSE)).isInstanceOf(WriteOutcome.NeedsConfirmation.class);
        }
    }
}
