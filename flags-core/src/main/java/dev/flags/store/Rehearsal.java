package dev.flags.store;

import dev.flags.store.AuditPayload.Change;
import dev.flags.store.AuditPayload.Changes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A commit of a follower's own making, taken the way of one that comes, to nowhere. The first one that does come may be a kill, and the
 * classes on that way, the JDK's message digest above all, would take most of the time that it takes to arrive. Safe for use by
 * multiple threads.
 */
final class Rehearsal {
    private static final Commit COMMIT = new Commit(
            new Actor("rehearsal", "", ""), "set", "rehearsed", Map.of(), found -> Commit.Write.flags(Map.of()));

    private Rehearsal() {}

    /** Commits one flag of a state once more, as it is. */
    static void of(StoredState state) {
        state.flags().stream()
                .filter(flag -> flag.definition() != null)
                .findFirst()
                .ifPresent(flag -> commit(state, flag));
    }

    private static void commit(StoredState state, StoredFlag flag) {
        Head head = state.head();
        StoredFlag next = new StoredFlag(
                flag.key(),
                head.revision() + 1,
                flag.definition(),
                flag.kill(),
                flag.rollout(),
                flag.updatedAt(),
                flag.updatedBy());
        Changes changes = new Changes(List.of(new Change<>(flag, next)), List.of(), List.of(), null, null);
        StoredEntry entry =
                AuditPayload.write(state.environment(), head, flag.updatedAt(), Optional.empty(), COMMIT, changes);
        StoreHistory.chained(head, List.of(entry)).ifPresent(entries -> {
            FollowedFlags nowhere = new FollowedFlags(state.environment());
            nowhere.content(nowhere.apply(entries));
        });
    }
}
