package dev.flags.store;

import dev.flags.store.EnvironmentSettings.Archived;
import dev.flags.store.FlagStore.ChainReport;
import java.util.List;
import java.util.Optional;

/**
 * Walks an environment's audit log in pages, from where it begins, and stops at the first thing that is wrong. The head is read
 * before and after, because commits go on meanwhile: what was the head before must be in the log, and the log must not go beyond
 * what is the head after. Where a log begins that does not begin at the root is said by the environment's settings, and must be
 * said by the log too. Not thread-safe; confine it to one thread.
 */
final class ChainVerification {
    private static final int PAGE = 500;

    private final Storage storage;

    ChainVerification(Storage storage) {
        this.storage = storage;
    }

    ChainReport run() {
        while (true) {
            Optional<Archived> since = since();
            ChainReport report = walk(since);
            if (report.intact() || since.equals(since())) {
                return report;
            }
            // archived meanwhile: what was not found may be in the file by now
        }
    }

    private Optional<Archived> since() {
        return Records.settings(storage.load().settings()).archived();
    }

    private ChainReport walk(Optional<Archived> since) {
        Head before = storage.head();
        ChainWalk walk = new ChainWalk(storage.environment(), before.epoch(), since);
        while (true) {
            List<StoredEntry> page = storage.entriesAfter(walk.revision(), PAGE);
            for (StoredEntry entry : page) {
                long expected = walk.revision() + 1;
                Optional<String> problem = walk.step(entry);
                if (problem.isPresent()) {
                    return broken(since, walk, Math.min(entry.revision(), expected), problem.get());
                }
                if (entry.revision() == before.revision() && !entry.hash().equals(before.hash())) {
                    return broken(
                            since,
                            walk,
                            entry.revision(),
                            "entry " + entry.revision() + " is not the one that the head of the chain names");
                }
            }
            if (page.size() < PAGE) {
                return atTheEnd(since, walk, before);
            }
        }
    }

    private ChainReport atTheEnd(Optional<Archived> since, ChainWalk walk, Head before) {
        if (walk.revision() < before.revision()) {
            return broken(
                    since,
                    walk,
                    walk.revision() + 1,
                    "the log ends at " + walk.revision() + " but the head is " + before.revision()
                            + ": the tail was cut");
        }
        Head after = storage.head();
        if (walk.revision() > after.revision()) {
            return broken(
                    since,
                    walk,
                    after.revision() + 1,
                    "the log goes on to " + walk.revision() + " but the head is " + after.revision());
        }
        if (since.isPresent() && !since.equals(walk.says())) {
            return broken(
                    since,
                    walk,
                    since.get().revision() + 1,
                    "the settings say that the log begins after revision "
                            + since.get().revision() + ", but no entry in it says so: its beginning was cut");
        }
        return new ChainReport(walk.entries(), Optional.empty(), "", since);
    }

    private static ChainReport broken(Optional<Archived> since, ChainWalk walk, long at, String problem) {
        return new ChainReport(walk.entries(), Optional.of(at), problem, since);
    }
}
