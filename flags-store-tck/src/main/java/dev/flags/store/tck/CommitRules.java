package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.ADA;
import static dev.flags.store.tck.Bench.commit;
import static dev.flags.store.tck.Bench.committed;
import static dev.flags.store.tck.Bench.defined;
import static dev.flags.store.tck.Bench.edit;
import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.kill;
import static dev.flags.store.tck.Bench.percent;
import static dev.flags.store.tck.Bench.put;
import static dev.flags.store.tck.Bench.unkill;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.model.InvalidFlagException;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.CommitOutcome.Committed;
import dev.flags.store.FlagStore;
import dev.flags.store.StoredFlag;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

abstract class CommitRules {
    abstract Bench bench();

    private StoredFlag stored(String key) {
        return requireNonNull(bench().storage().flag(key));
    }

    @Test
    void eachCommitRaisesTheRevisionByOneAndOnlyTheTouchedFlagTakesIt() {
        FlagStore store = bench().store();

        assertThat(put(store, flag("a", 10)).revision()).isEqualTo(1);
        assertThat(put(store, flag("b", 10)).revision()).isEqualTo(2);
        assertThat(put(store, flag("b", 20)).revision()).isEqualTo(3);

        assertThat(store.flag("a").revision()).isEqualTo(1);
        assertThat(store.flag("b").revision()).isEqualTo(3);
        assertThat(store.head().revision()).isEqualTo(3);
    }

    @Test
    void aCommitTellsTheStatesBeforeAndAfter() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));

        Committed outcome = put(store, flag("a", 50));

        assertThat(percent(requireNonNull(outcome.before().get("a")))).isEqualTo(10);
        assertThat(percent(requireNonNull(outcome.after().get("a")))).isEqualTo(50);
        assertThat(outcome.after().get("a")).isEqualTo(store.flag("a"));
    }

    @Test
    void manyFlagsChangeInOneCommit() {
        FlagStore store = bench().store();
        CommitOutcome outcome = commit(
                store,
                "apply",
                found -> Commit.Write.flags(Map.of(
                        "a", defined(found.flag("a"), flag("a", 1)), "b", defined(found.flag("b"), flag("b", 2)))));

        assertThat(committed(outcome).entry().keys()).containsExactly("a", "b");
        assertThat(store.flag("a").revision()).isEqualTo(1);
        assertThat(store.flag("b").revision()).isEqualTo(1);
        assertThat(store.head().revision()).isEqualTo(1);
    }

    @Test
    void whatIsAlreadySoIsNotWrittenAgain() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));

        CommitOutcome outcome = edit(store, "a", "set", state -> defined(state, flag("a", 10)));

        assertThat(outcome).isEqualTo(new CommitOutcome.Unchanged(1));
        assertThat(store.head().revision()).isEqualTo(1);
    }

    @Test
    void ofTwoPeopleWhoEditTheSameRevisionTheSecondIsTold() {
        FlagStore ada = bench().store();
        FlagStore grace = bench().store();
        put(ada, flag("a", 10));
        long seenByBoth = grace.flag("a").revision();
        put(ada, flag("a", 20));

        CommitOutcome outcome = commit(grace, "set", found -> {
            Optional<Commit.Refused> refused = Commit.unexpected(found.flag("a"), OptionalLong.of(seenByBoth));
            return refused.isPresent()
                    ? refused.get()
                    : Commit.Write.flags(Map.of("a", defined(found.flag("a"), flag("a", 90))));
        });

        assertThat(outcome).isEqualTo(new CommitOutcome.Conflict("a", 1, 2));
        assertThat(percent(grace.flag("a"))).isEqualTo(20);
        assertThat(grace.head().revision()).isEqualTo(2);
    }

    @Test
    void anEditThatGivesUpLeavesNothing() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));

        assertThatThrownBy(() -> commit(store, "set", found -> {
                    throw new FlagsException("not today");
                }))
                .hasMessage("not today");

        assertThat(store.head().revision()).isEqualTo(1);
        assertThat(put(store, flag("a", 20)).revision()).isEqualTo(2);
    }

    @Test
    void anInvalidKeyIsRefused() {
        FlagStore store = bench().store();

        assertThatThrownBy(() -> kill(store, "no spaces")).isInstanceOf(InvalidFlagException.class);
        assertThat(store.head().revision()).isZero();
    }

    @Test
    void aKillWritesOnlyTheLatchAndLiftingItFindsTheRestUntouched() {
        FlagStore store = bench().store();
        put(store, flag("a", 40));
        StoredFlag before = stored("a");

        kill(store, "a");
        assertThat(store.flag("a").kill()).isPresent();
        assertThat(stored("a").definition()).isEqualTo(before.definition());

        unkill(store, "a");
        assertThat(store.flag("a").kill()).isEmpty();
        assertThat(stored("a").definition()).isEqualTo(before.definition());
    }

    @Test
    void aFlagThatNobodyDefinedCanBeKilled() {
        FlagStore store = bench().store();
        kill(store, "only-in-a-file");

        assertThat(store.flag("only-in-a-file").kill()).isPresent();
        assertThat(store.flag("only-in-a-file").definition()).isEmpty();
    }

    @Test
    void recordsThatCannotBeUnderstoodStayAsTheyAreByteForByte() {
        String strange = "{ \"key\" : \"a\", \"variants\":  7 } ";
        Planted.flag(bench().storage(), "a", strange, null);
        FlagStore store = bench().store();
        assertThat(store.flag("a").problems()).isNotEmpty();

        kill(store, "a");

        StoredFlag after = stored("a");
        assertThat(after.definition()).isEqualTo(strange);
        assertThat(after.kill()).isNotNull();
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void aLatchThatCannotBeReadIsStillALatchAndCanBeLifted() {
        Planted.flag(bench().storage(), "a", null, "not even JSON");
        FlagStore store = bench().store();
        assertThat(store.flag("a").kill()).isPresent();

        unkill(store, "a");

        assertThat(store.flag("a").kill()).isEmpty();
        assertThat(store.history(Optional.of("a"), Long.MAX_VALUE, 1).get(0).actor())
                .isEqualTo(ADA);
    }
}
