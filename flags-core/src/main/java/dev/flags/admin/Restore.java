package dev.flags.admin;

import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun;
import dev.flags.model.Segment;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.SavedSnapshot;
import dev.flags.store.StoredState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Putting a store's flags back from a saved snapshot. Immutable. */
final class Restore {
    private static final String EPOCH = "snapshotEpoch";
    private static final String REVISION = "snapshotRevision";
    private static final int PAGE = 200;

    private final String file;
    private final SavedSnapshot.Loaded saved;
    private final Head head;
    private final boolean force;
    private final String by;

    Restore(Path file, SavedSnapshot.Loaded saved, boolean force, String by) {
        this.file = file.toAbsolutePath().toString();
        this.saved = saved;
        this.head = saved.state().head();
        this.force = force;
        this.by = by;
    }

    /**
     * Refuses where a restore would only undo newer work.
     *
     * @throws BlockedException when the store has lost nothing, or got the snapshot back already
     */
    static void requireLoss(FlagStore store, SavedSnapshot.Loaded saved) {
        StoredState there = store.load();
        Head head = saved.state().head();
        if (there.missing().isPresent()) {
            return;
        }
        boolean same = there.head().epoch().equals(head.epoch());
        if (same ? there.head().revision() >= head.revision() : wasRestored(store, head)) {
            throw new BlockedException(store.location() + " has lost nothing that the saved snapshot of revision "
                    + head.revision() + " could put back: it is at revision "
                    + there.head().revision() + (same ? " of the same history" : ", after a restore of that snapshot")
                    + ". To go back to the snapshot all the same, force it");
        }
    }

    private static boolean wasRestored(FlagStore store, Head head) {
        long below = Long.MAX_VALUE;
        List<AuditEntry> page;
        do {
            page = store.history(Optional.empty(), below, PAGE);
            for (AuditEntry entry : page) {
                below = entry.revision();
                if (entry.action().equals(Commit.RESTORE)
                        && head.epoch().equals(entry.details().get(EPOCH))
                        && Long.valueOf(head.revision()).equals(entry.details().get(REVISION))) {
                    return true;
                }
            }
        } while (page.size() == PAGE);
        return false;
    }

    AdminVerb verb() {
        return AdminVerb.of(Commit.RESTORE, List.of(), this::plan)
                .with("snapshot", file)
                .with(EPOCH, head.epoch())
                .with(REVISION, head.revision())
                .with("snapshotSavedAt", saved.savedAt().toString())
                .onEnvironment();
    }

    private AdminVerb.Plan plan(Commit.Found found) {
        boolean empty = found.head().revision() == 0
                && found.flags().isEmpty()
                && !found.historyBefore(Long.MAX_VALUE, Optional.empty())
                        .iterator()
                        .hasNext();
        boolean sameHistory = found.head().epoch().equals(head.epoch());
        Map<String, FlagState> flags = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        List<String> redefined = new ArrayList<>();
        notes.add("what was committed after revision " + head.revision() + " (" + saved.savedAt()
                + ") is not in the snapshot");
        notes.add(
                empty
                        ? "the store was empty: its history goes on from the snapshot's revision " + head.revision()
                                + ", and the log begins after it"
                        : "the store's own history goes on at revision "
                                + (found.head().revision() + 1));
        for (FlagState flag : saved.flags()) {
            FlagState there = found.flag(flag.key());
            FlagState after = restored(there, flag, sameHistory, new UnderWay(by, found.now()));
            flags.put(flag.key(), after);
            notes.addAll(FlagStates.notes(after));
            if (there.definition().isPresent() && !there.definition().equals(after.definition())) {
                redefined.add(flag.key());
            }
        }
        found.flags().stream()
                .filter(flag -> !flags.containsKey(flag.key()) && FlagStates.isKnown(flag))
                .forEach(flag -> notes.add(flag.key() + " is not in the snapshot and stays as it is"));
        saved.settings().scheduled().stream()
                .filter(change -> !found.settings().scheduled().contains(change))
                .forEach(change -> notes.add("not restored, because it may have been done or cancelled since: "
                        + change.flag() + " at " + change.percentage() + ", scheduled for " + change.at() + " by "
                        + change.by()));
        for (Problem problem : saved.problems()) {
            notes.add("not restored, because it cannot be read: " + problem.path());
        }
        String question = redefined.isEmpty()
                ? ""
                : "The store defines " + String.join(", ", redefined)
                        + " otherwise than the snapshot, and the snapshot's definition replaces that. Go on?";
        return new AdminVerb.Plan(
                flags,
                segments(found, sameHistory),
                Optional.of(settings(found.settings(), empty, sameHistory)),
                List.of(),
                question,
                notes,
                Map.of(),
                Optional.of(new Commit.Replacement(empty ? Optional.of(head) : Optional.empty())));
    }

    /** The flag as the snapshot has it, but never less killed, and not climbing. */
    private FlagState restored(FlagState there, FlagState flag, boolean sameHistory, UnderWay underWay) {
        boolean newer = !force && sameHistory && there.revision() > flag.revision();
        boolean keep = newer && there.definition().isPresent();
        Optional<RolloutRun> run = keep || (newer && there.rollout().isPresent()) ? there.rollout() : flag.rollout();
        boolean wasUnderWay = run.filter(r -> !r.state().isFinal()).isPresent();
        Optional<KillLatch> kill = there.kill().or(flag::kill);
        if (kill.isPresent() && wasUnderWay) {
            // lifting it must not bring back what the rollout had reached
            KillLatch latch = kill.get();
            kill = Optional.of(new KillLatch(latch.at(), latch.by(), latch.reason(), true, latch.extra()));
        }
        boolean killed = kill.isPresent();
        return FlagStates.with(
                there.revision() == 0 ? flag : there,
                keep ? there.definition() : flag.definition().or(there::definition),
                kill,
                run.map(r -> underWay.restored(r, killed)));
    }

    private Map<String, Optional<Segment>> segments(Commit.Found found, boolean sameHistory) {
        Map<String, Optional<Segment>> segments = new LinkedHashMap<>();
        saved.segments().forEach((name, segment) -> {
            @Nullable Segment there = found.segments().get(name);
            // without a revision to go by, what is there in the same history is not older
            if (there == null || force || !sameHistory) {
                segments.put(name, Optional.of(segment));
            }
        });
        return segments;
    }

    private EnvironmentSettings settings(EnvironmentSettings there, boolean empty, boolean sameHistory) {
        // what was to be done at a time may have been done, or cancelled, since the snapshot
        EnvironmentSettings before = saved.settings().scheduling(List.of());
        if (empty) {
            return before.beginningAfter(new Archived(head.revision(), head.hash(), file, 0));
        }
        EnvironmentSettings base = there;
        if (there.equals(EnvironmentSettings.DEFAULT)) {
            base = sameHistory ? before : before.beginningAtTheRoot();
        }
        return base.protect(there.isProtected() || before.isProtected());
    }
}
