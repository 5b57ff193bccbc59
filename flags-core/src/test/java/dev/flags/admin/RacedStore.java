package dev.flags.admin;

import dev.flags.store.AuditChain;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.Storage;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A store in memory on which the next commit loses its first attempt: its edit is worked out, then somebody else commits, then
 * it is worked out again, as on a store without locks. It can also hold what no edit would write. Confined to one thread.
 */
final class RacedStore extends StorageFlagStore {
    private final Storage storage;
    private Runnable faster = () -> {};
    private Optional<String> caveat = Optional.empty();

    RacedStore() {
        this(InMemoryFlagStore.storage("test"));
    }

    private RacedStore(Storage storage) {
        super(storage);
        this.storage = storage;
    }

    /** What somebody else does during the next commit. */
    void during(Runnable other) {
        faster = other;
    }

    /** What the store will say about every commit that it has written. */
    void saying(String newCaveat) {
        caveat = Optional.of(newCaveat);
    }

    @Override
    public CommitOutcome commit(Commit commit) {
        Runnable other = faster;
        faster = () -> {};
        super.commit(new Commit(commit.actor(), "lost attempt", "", Map.of(), found -> {
            commit.edit().apply(found);
            return Commit.Write.flags(Map.of());
        }));
        other.run();
        CommitOutcome outcome = super.commit(commit);
        return outcome instanceof CommitOutcome.Committed done
                ? new CommitOutcome.Committed(done.entry(), done.before(), done.after(), caveat)
                : outcome;
    }

    /** Puts a text where a flag's definition is expected, as a damaged or foreign writer would. */
    void plantDefinition(String key, String text) {
        storage.attempt(view -> {
            StoredFlag there = view.flag(key);
            long revision = view.head().revision() + 1;
            String payload =
                    ("{'schema':1,'environment':'test','epoch':'%s','revision':%d,'at':'%s','actor':{'name':'eve'},'action':'plant',"
                                    + "'reason':'','details':{},'keys':['%s'],'before':{},'after':{},'previousHash':'%s'}")
                            .replace('\'', '"')
                            .formatted(
                                    view.head().epoch(),
                                    revision,
                                    view.now(),
                                    key,
                                    view.head().hash());
            return new Storage.Append(
                    view.head().epoch(),
                    new StoredEntry(revision, payload, AuditChain.hash(payload)),
                    Set.of(key),
                    List.of(new StoredFlag(
                            key,
                            revision,
                            text,
                            there == null ? null : there.kill(),
                            there == null ? null : there.rollout(),
                            Instant.EPOCH,
                            "eve")),
                    List.of(),
                    null,
                    false);
        });
    }
}
