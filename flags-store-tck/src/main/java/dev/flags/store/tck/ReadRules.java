package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.flag;
import static dev.flags.store.tck.Bench.percent;
import static dev.flags.store.tck.Bench.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import dev.flags.store.AuditChain;
import dev.flags.store.Commit;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.FlagStore;
import dev.flags.store.StoredState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

abstract class ReadRules {
    abstract Bench bench();

    @Test
    void aNewEnvironmentIsEmptyAtRevisionZero() {
        FlagStore store = bench().store();

        assertThat(store.head().revision()).isZero();
        assertThat(store.head().hash()).isEqualTo(AuditChain.ROOT);
        assertThat(store.flags()).isEmpty();
        assertThat(store.segments()).isEmpty();
        assertThat(store.settings()).isEqualTo(EnvironmentSettings.DEFAULT);

        // a store where reading must not need the right to write has no epoch until then
        put(store, flag("a", 10));
        assertThat(store.head().epoch()).isNotBlank();
    }

    @Test
    void aFlagThatWasNeverStoredIsAbsent() {
        assertThat(bench().store().flag("ghost")).isEqualTo(FlagState.absent("ghost"));
    }

    @Test
    void whatOneInstanceCommitsAnotherReads() {
        FlagStore writer = bench().store();
        FlagStore reader = bench().store();
        FlagDefinition definition = FlagDefinition.builder("atomic-projects")
                .description("Straße, 東京, \"quoted\" \\ \u0007 and an emoji 🚩")
                .variants(Map.of("blue", "#00f", "red", "#f00"))
                .offVariant("blue")
                .build();

        put(writer, definition);

        assertThat(reader.flag("atomic-projects").definition()).contains(definition);
        assertThat(reader.flag("atomic-projects").revision()).isEqualTo(1);
        assertThat(reader.flag("atomic-projects").updatedBy()).isEqualTo("ada");
        assertThat(reader.head()).isEqualTo(writer.head());
    }

    @Test
    void keysThatDifferOnlyInCaseAreDifferentFlags() {
        FlagStore store = bench().store();
        put(store, flag("Search", 10));
        put(store, flag("search", 20));

        assertThat(percent(store.flag("Search"))).isEqualTo(10);
        assertThat(percent(store.flag("search"))).isEqualTo(20);
        assertThat(store.history(Optional.of("search"), Long.MAX_VALUE, 10)).hasSize(1);
    }

    @Test
    void allFlagsAreListedArchivedOnesToo() {
        FlagStore store = bench().store();
        put(store, flag("b", 10));
        put(store, flag("a", 20).toBuilder().archived(true).build());

        assertThat(store.flags()).extracting(FlagState::key).containsExactly("a", "b");
    }

    @Test
    void environmentsDoNotSeeEachOther() {
        put(bench().store("production"), flag("a", 10));

        assertThat(bench().store("staging").flags()).isEmpty();
        assertThat(bench().store("staging").head().revision()).isZero();
        assertThat(bench().store("staging").head().epoch())
                .isNotEqualTo(bench().store("production").head().epoch());
    }

    @Test
    void theEnvironmentsThatTheStoreHoldsAreListedInOrder() {
        put(bench().store("staging"), flag("a", 10));
        put(bench().store("production"), flag("a", 10));

        if (bench().fixture().sharedBetweenProcesses().isPresent()) {
            assertThat(bench().storage("staging").environments()).containsExactly("production", "staging");
        } else {
            // a store in memory may be one object an environment
            assertThat(bench().storage("staging").environments()).contains("staging");
        }
    }

    @Test
    void segmentsAndSettingsAreReadBackAndASegmentCanBeRemoved() {
        FlagStore store = bench().store();
        Segment staff = new Segment("staff", "", Set.of("ada", "grace"), Set.of(), List.of(), Map.of());
        EnvironmentSettings settings = new EnvironmentSettings(true, Map.of("freeze", "weekend"));
        Bench.committed(Bench.commit(
                store,
                "apply",
                found -> new Commit.Write(Map.of(), Map.of("staff", Optional.of(staff)), Optional.of(settings))));

        FlagStore reader = bench().store();
        assertThat(reader.segments()).containsExactly(Map.entry("staff", staff));
        assertThat(reader.settings()).isEqualTo(settings);

        Bench.committed(Bench.commit(
                store,
                "apply",
                found -> new Commit.Write(Map.of(), Map.of("staff", Optional.empty()), Optional.empty())));
        assertThat(reader.segments()).isEmpty();
        assertThat(reader.settings()).isEqualTo(settings);
    }

    @Test
    void aLoadIsOfOneRevision() {
        FlagStore store = bench().store();
        put(store, flag("a", 10));
        put(store, flag("b", 10));

        StoredState state = bench().store().load();

        assertThat(state.environment()).isEqualTo(Bench.ENVIRONMENT);
        assertThat(state.head()).isEqualTo(store.head());
        assertThat(state.flags())
                .extracting(stored -> stored.key() + "@" + stored.revision())
                .containsExactly("a@1", "b@2");
    }
}
