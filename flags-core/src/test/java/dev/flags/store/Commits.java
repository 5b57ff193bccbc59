package dev.flags.store;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The few commits that tests make. */
final class Commits {
    static final Actor ADA = new Actor("ada", "ada-os", "host-1");

    private Commits() {}

    static CommitOutcome percentage(FlagStore store, String key, int percent) {
        return edit(
                store,
                "set",
                key,
                state -> with(
                        state,
                        Optional.of(FlagDefinition.builder(key)
                                .percentage(Percentage.of(percent))
                                .build()),
                        state.kill()));
    }

    static CommitOutcome addBucket(FlagStore store, String key) {
        return edit(store, "set", key, state -> {
            FlagDefinition now = state.definition()
                    .orElseGet(() -> FlagDefinition.builder(key).build());
            Percentage next = new Percentage(now.percentage().buckets() + 1);
            return with(state, Optional.of(now.withPercentage(next)), state.kill());
        });
    }

    static CommitOutcome kill(FlagStore store, String key) {
        return store.commit(new Commit(ADA, "kill", "INC-1", Map.of(), found -> {
            FlagState state = found.flag(key);
            KillLatch latch = new KillLatch(found.now(), "ada", "INC-1", false, Map.of());
            return Commit.Write.flags(Map.of(key, with(state, state.definition(), Optional.of(latch))));
        }));
    }

    static CommitOutcome edit(FlagStore store, String action, String key, UnaryOperator<FlagState> change) {
        return store.commit(new Commit(
                ADA,
                action,
                "because",
                Map.of(),
                found -> Commit.Write.flags(Map.of(key, change.apply(found.flag(key))))));
    }

    static FlagState with(FlagState state, Optional<FlagDefinition> definition, Optional<KillLatch> kill) {
        return new FlagState(
                state.key(),
                state.revision(),
                definition,
                kill,
                state.rollout(),
                state.updatedAt(),
                state.updatedBy(),
                List.of());
    }
}
