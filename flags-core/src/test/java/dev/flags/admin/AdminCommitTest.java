package dev.flags.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.NoSuchFlagException;
import dev.flags.model.Condition;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagDefinitionBuilder;
import dev.flags.model.FlagFile;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Prerequisite;
import dev.flags.model.RolloutRun;
import dev.flags.model.Rule;
import dev.flags.model.Segment;
import dev.flags.model.Target;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What all verbs have in common, where it is hard: lost races, malformed flags, protection, flags that need each other. */
class AdminCommitTest {
    private static final WriteOptions BECAUSE = WriteOptions.because("a test");
    private static final WriteOptions NO_REASON = WriteOptions.DEFAULT;

    private final RacedStore store = new RacedStore();
    private final Actor ada = new Actor("ada", "ada", "here");
    private final FlagAdmin admin = new FlagAdmin(store, ada);
    private final FlagAdmin other = new FlagAdmin(store, new Actor("bob", "bob", "there"));

    private static FlagDefinition at(String key, int percent) {
        return FlagDefinition.builder(key).percentage(Percentage.of(percent)).build();
    }

    private static FlagDefinition needing(String key, String... needed) {
        return FlagDefinition.builder(key)
                .prerequisites(List.of(needed).stream()
                        .map(flag -> new Prerequisite(flag, Optional.empty()))
                        .toList())
                .build();
    }

    private static FlagFile file(FlagDefinition... definitions) {
        return new FlagFile(List.of(definitions), List.of(), Map.of());
    }

    private static FlagFile file(Segment segment) {
        return new FlagFile(List.of(), List.of(segment), Map.of());
    }

    private static Segment segment(String... keys) {
        return new Segment("staff", "", Set.of(keys), Set.of(), List.of(), Map.of());
    }

    private static KillScope keys(String... keys) {
        return new KillScope.Keys(List.of(keys));
    }

    private static WriteOutcome.Done done(WriteOutcome outcome) {
        assertThat(outcome).isInstanceOf(WriteOutcome.Done.class);
        return (WriteOutcome.Done) outcome;
    }

    private int percent(String key) {
        return definition(key).percentage().toBigDecimal().intValue();
    }

    private FlagDefinition definition(String key) {
        return store.flag(key).definition().orElseThrow();
    }

    private AuditEntry lastEntry() {
        return store.history(Optional.empty(), Long.MAX_VALUE, 1).get(0);
    }

    /** As a controller or `rollout start` would have left it. */
    private void underWay(String key) {
        RolloutRun run = new RolloutRun(
                "run",
                RolloutRun.State.RUNNING,
                0,
                List.of(
                        new RolloutRun.Stage(definition(key).percentage(), Duration.ZERO),
                        new RolloutRun.Stage(Percentage.FULL, Duration.ZERO)),
                Instant.EPOCH,
                "ada",
                Percentage.ZERO,
                true,
                Map.of());
        store.commit(new Commit(ada, "rollout start", "", Map.of(), found -> {
            FlagState flag = found.flag(key);
            return Commit.Write.flags(
                    Map.of(key, FlagStates.with(flag, flag.definition(), flag.kill(), Optional.of(run))));
        }));
    }

    @Nested
    class LostRaces {
        @BeforeEach
        void create() {
            admin.create(at("a", 50), BECAUSE);
        }

        @Test
        void aRaiseIsAConflictWhenItsFlagIsNoLongerTheOneItFirstSaw() {
            store.during(() -> other.setPercentage("a", Percentage.of(20), BECAUSE));
            assertThat(admin.setPercentage("a", Percentage.of(60), BECAUSE))
                    .isEqualTo(new WriteOutcome.Conflict("a", 1, 2));
            assertThat(percent("a")).isEqualTo(20);
        }

        @Test
        void aRaiseIsNoConflictWhenOnlyAnotherFlagChanged() {
            store.during(() -> other.create(at("b", 0), BECAUSE));
            assertThat(done(admin.setPercentage("a", Percentage.of(60), BECAUSE))
                            .changed())
                    .isTrue();
        }

        @Test
        void whatLowersGoesThroughWhateverWasChanged() {
            store.during(() -> other.setPercentage("a", Percentage.of(70), BECAUSE));
            assertThat(done(admin.setPercentage("a", Percentage.of(20), BECAUSE))
                            .revision())
                    .isEqualTo(3);
            store.during(() -> other.setPercentage("a", Percentage.of(30), BECAUSE));
            done(admin.disable(List.of("a"), NO_REASON));
            assertThat(definition("a").enabled()).isFalse();
            assertThat(percent("a")).isEqualTo(30);
        }

        @Test
        void whatWasToLowerAndWouldNowRaiseIsAConflict() {
            store.during(() -> other.setPercentage("a", Percentage.of(10), BECAUSE));
            assertThat(admin.setPercentage("a", Percentage.of(20), BECAUSE)).isInstanceOf(WriteOutcome.Conflict.class);
            assertThat(percent("a")).isEqualTo(10);
        }

        @Test
        void aKillLosesNoRaceEvenOfAFlagThatServesNobody() {
            other.setPercentage("a", Percentage.ZERO, BECAUSE);
            // the other's edit serves nobody either, so that the kill lowers nothing on its second attempt
            store.during(() -> other.target("a", List.of(), List.of("u1"), List.of(), BECAUSE));
            done(admin.kill(keys("a"), NO_REASON));
            assertThat(store.flag("a").kill()).isPresent();
            assertThat(definition("a").targets()).hasSize(1);
        }

        @Test
        void aFileThatRaisesIsAConflictWhenOneOfItsFlagsChanged() {
            store.during(() -> other.setPercentage("a", Percentage.of(5), BECAUSE));
            assertThat(admin.apply(file(at("a", 80)), false, BECAUSE)).isInstanceOf(WriteOutcome.Conflict.class);
            assertThat(percent("a")).isEqualTo(5);
        }

        @Test
        void killingByTagOrAllExpectsTheEnvironmentsRevision() {
            admin.create(at("b", 0), BECAUSE);
            assertThat(admin.kill(new KillScope.All(), NO_REASON.asConfirmed().expecting(1)))
                    .isEqualTo(new WriteOutcome.Conflict("*", 1, 2));
            done(admin.kill(new KillScope.All(), NO_REASON.asConfirmed().expecting(2)));
        }
    }

    @Nested
    class MalformedFlags {
        @BeforeEach
        void plant() {
            store.plantDefinition("m", "{\"key\":\"m\",\"variants\":7}");
        }

        @Test
        void areKilledAndKeepTheirText() {
            done(admin.kill(keys("m"), NO_REASON));
            assertThat(store.flag("m").kill()).isPresent();
            assertThat(store.flag("m").problems()).isNotEmpty();
            assertThat(store.load().flags().get(0).definition()).contains("\"variants\":7");
        }

        @Test
        void areNotEditedAndTheProblemIsNamed() {
            assertThatThrownBy(() -> admin.setPercentage("m", Percentage.of(1), BECAUSE))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("variants");
        }

        @Test
        void areRepairedByAFile() {
            done(admin.apply(file(at("m", 10)), false, BECAUSE));
            assertThat(percent("m")).isEqualTo(10);
        }

        @Test
        void mayServeTheirLastGoodFormOnceTheKillIsLiftedSoThatCountsAsARaise() {
            done(admin.protect(true, BECAUSE));
            done(admin.kill(keys("m"), NO_REASON));
            assertThat(admin.unkill(List.of("m"), Optional.empty(), BECAUSE))
                    .isInstanceOf(WriteOutcome.NeedsConfirmation.class);
        }

        @Test
        void areNotUnkilledWhileNobodyCanSetThemToTheZeroPercentThatAnEndedRolloutDemands() {
            admin.create(at("a", 50), BECAUSE);
            underWay("a");
            done(admin.kill(keys("a"), NO_REASON));
            store.plantDefinition("a", "nonsense");
            assertThatThrownBy(() -> admin.unkill(List.of("a"), Optional.empty(), BECAUSE))
                    .isInstanceOf(InvalidFlagException.class);
            assertThat(store.flag("a").kill()).isPresent();
        }
    }

    @Nested
    class Protection {
        @BeforeEach
        void protect() {
            admin.create(at("a", 0), BECAUSE);
            admin.disable(List.of("a"), BECAUSE);
            admin.protect(true, BECAUSE);
        }

        @Test
        void anotherOffVariantAsksBecauseEverybodyIsServedIt() {
            FlagDefinition turned = definition("a").toBuilder().offVariant("on").build();
            assertThat(admin.apply(file(turned), false, BECAUSE)).isInstanceOf(WriteOutcome.NeedsConfirmation.class);
            assertThat(definition("a").offVariant()).isEqualTo("off");
        }

        @Test
        void aNewFlagThatIsOnWhenOffAsks() {
            FlagDefinition turned = FlagDefinition.builder("n").offVariant("on").build();
            assertThat(admin.create(turned, BECAUSE)).isInstanceOf(WriteOutcome.NeedsConfirmation.class);
            done(admin.create(at("o", 0), BECAUSE));
        }

        @Test
        void aChangedSegmentAsks() {
            assertThat(admin.apply(file(segment("u1")), false, BECAUSE))
                    .isInstanceOf(WriteOutcome.NeedsConfirmation.class);
            done(admin.apply(file(segment("u1")), false, BECAUSE.asConfirmed()));
            assertThat(done(admin.apply(file(segment("u1")), false, BECAUSE)).changed())
                    .isFalse();
        }

        @Test
        void aFieldOfANewerVersionAsks() {
            admin.enable(List.of("a"), BECAUSE.asConfirmed());
            FlagDefinition newer = definition("a").toBuilder()
                    .extra(Map.of("schedule", "always"))
                    .build();
            assertThat(admin.apply(file(newer), false, BECAUSE)).isInstanceOf(WriteOutcome.NeedsConfirmation.class);
        }

        @Test
        void wordsAboutAFlagAskNothing() {
            FlagDefinition described = definition("a").toBuilder()
                    .description("what it is")
                    .owner("team")
                    .tags(Set.of("t"))
                    .build();
            assertThat(done(admin.apply(file(described), false, BECAUSE)).changed())
                    .isTrue();
        }

        @Test
        void whatIsAlreadySoNeedsNeitherReasonNorAgreement() {
            assertThat(done(admin.setPercentage("a", Percentage.ZERO, NO_REASON))
                            .changed())
                    .isFalse();
        }

        @Test
        void aDryRunNeedsNeither() {
            assertThat(done(admin.setPercentage("a", Percentage.FULL, NO_REASON.asDryRun()))
                            .changed())
                    .isTrue();
            assertThat(percent("a")).isZero();
        }
    }

    @Nested
    class FlagsThatNeedEachOther {
        @BeforeEach
        void create() {
            admin.create(at("a", 0), BECAUSE);
            admin.create(needing("b", "a"), BECAUSE);
        }

        @Test
        void aCycleIsRefusedWithItsPathAndNothingOfTheFileIsWritten() {
            assertThatThrownBy(() -> admin.apply(file(needing("a", "c"), needing("c", "b")), false, BECAUSE))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("a#/prerequisites: is a cycle: a needs c needs b needs a");
            assertThat(store.head().revision()).isEqualTo(2);
        }

        @Test
        void aNewFlagThatClosesACycleIsRefused() {
            admin.create(needing("c", "later"), BECAUSE);
            assertThatThrownBy(() -> admin.create(needing("later", "c"), BECAUSE))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("later needs c needs later");
        }

        @Test
        void aNeedOfAFlagThatIsNotThereIsNoCycle() {
            done(admin.create(needing("c", "nowhere"), BECAUSE));
        }

        @Test
        void archivingOneSaysWhoIsLeftWithoutIt() {
            assertThat(done(admin.archive("a", BECAUSE)).notes())
                    .anyMatch(note -> note.startsWith("b has a as a prerequisite"));
            assertThat(done(admin.archive("a", BECAUSE)).changed()).isFalse();
        }
    }

    @Nested
    class Undoing {
        @Test
        void theEntryNamesTheChangeThatWasUndone() {
            admin.create(at("a", 10), BECAUSE);
            admin.setPercentage("a", Percentage.of(20), BECAUSE);
            admin.create(at("b", 0), BECAUSE);
            done(admin.undo(List.of("a", "b"), OptionalLong.empty(), BECAUSE));
            assertThat(lastEntry().details()).containsEntry("restoredBefore", Map.of("a", 2L, "b", 3L));
            assertThat(store.verify().intact()).isTrue();
        }

        @Test
        void anEnvironmentIsRestoredWithItsSegments() {
            admin.apply(file(segment("u1")), false, BECAUSE);
            admin.apply(file(segment("u2")), false, BECAUSE);
            admin.apply(file(segment("u3")), false, BECAUSE);
            done(admin.undoAll(1, BECAUSE));
            assertThat(store.segments()).containsEntry("staff", segment("u1"));
            done(admin.undoAll(0, BECAUSE));
            assertThat(store.segments()).isEmpty();
            done(admin.undoAll(2, BECAUSE));
            assertThat(store.segments()).containsEntry("staff", segment("u2"));
        }

        @Test
        void undoingTwiceGivesBackWhatWasUndone() {
            admin.create(at("a", 10), BECAUSE);
            admin.setPercentage("a", Percentage.of(20), BECAUSE);
            admin.undo(List.of("a"), OptionalLong.empty(), BECAUSE);
            assertThat(percent("a")).isEqualTo(10);
            admin.undo(List.of("a"), OptionalLong.empty(), BECAUSE);
            assertThat(percent("a")).isEqualTo(20);
        }

        @Test
        void aKillAndItsLiftingAreNoChangesOfTheDefinition() {
            admin.create(at("a", 10), BECAUSE);
            admin.setPercentage("a", Percentage.of(20), BECAUSE);
            admin.kill(keys("a"), NO_REASON);
            admin.unkill(List.of("a"), Optional.empty(), BECAUSE);
            admin.undo(List.of("a"), OptionalLong.empty(), BECAUSE);
            assertThat(percent("a")).isEqualTo(10);
        }

        @Test
        void oneKeyThatCannotBeUndoneLeavesTheOthersAsTheyAre() {
            admin.create(at("a", 10), BECAUSE);
            assertThatThrownBy(() -> admin.undo(List.of("a", "nope"), OptionalLong.empty(), BECAUSE))
                    .isInstanceOf(NoSuchFlagException.class);
            assertThat(store.flag("a").isLive()).isTrue();
        }
    }

    @Nested
    class Targets {
        @Test
        void offAndRemoveNeedNoSingleTreatment() {
            FlagDefinitionBuilder colours = FlagDefinition.builder("c")
                    .variants(Map.of("none", "", "red", "#f00", "blue", "#00f"))
                    .offVariant("none")
                    .targets(List.of(new Target("red", Set.of("u1", "u2"))));
            admin.create(colours.build(), BECAUSE);
            done(admin.target("c", List.of(), List.of("u1"), List.of("u2"), BECAUSE));
            assertThat(definition("c").targets()).containsExactly(new Target("none", Set.of("u1")));
            assertThatThrownBy(() -> admin.target("c", List.of("u3"), List.of(), List.of(), BECAUSE))
                    .isInstanceOf(InvalidFlagException.class)
                    .hasMessageContaining("several variants");
        }

        @Test
        void askingForWhatIsSoChangesNothing() {
            admin.create(at("a", 0), BECAUSE);
            admin.target("a", List.of("u1", "u2"), List.of("u3"), List.of(), BECAUSE);
            assertThat(done(admin.target("a", List.of("u1"), List.of("u3"), List.of("u9"), BECAUSE))
                            .changed())
                    .isFalse();
        }

        @Test
        void loweringSaysWhichRulesStillServe() {
            Rule rule = new Rule(
                    "beta",
                    "",
                    List.of(new Condition.Attribute("plan", "in", List.of("beta"), false, false, Map.of())),
                    Rule.Serve.variant("on"),
                    Map.of());
            admin.create(at("a", 50).toBuilder().rules(List.of(rule)).build(), BECAUSE);
            assertThat(done(admin.setPercentage("a", Percentage.of(10), BECAUSE))
                            .notes())
                    .anyMatch(note -> note.contains("rule 'beta' still serves 'on'"));
        }

        @Test
        void whatTheStoreSaysAboutTheCommitIsTheLastNote() {
            admin.create(at("a", 50), BECAUSE);
            store.saying("no replica has confirmed it");
            assertThat(done(admin.kill(new KillScope.Keys(List.of("a"), false), BECAUSE))
                            .notes())
                    .last()
                    .isEqualTo("no replica has confirmed it");
            assertThat(done(admin.kill(new KillScope.Keys(List.of("a"), false), BECAUSE))
                            .notes())
                    .as("nothing was written, so there is nothing to confirm")
                    .doesNotContain("no replica has confirmed it");
        }
    }
}
