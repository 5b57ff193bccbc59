package dev.flags.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The audit log in memory, in the order of its revisions. These rise by one, except where entries were archived, which takes them
 * away from the beginning, and where a store was restored at a higher one. Not thread-safe; its storage's lock guards it.
 */
final class InMemoryLog {
    private final List<Logged> log = new ArrayList<>();

    /**
     * An entry as it was appended.
     *
     * @param touched the keys that its commit touched, which the entry itself tells only to who decodes it
     */
    record Logged(StoredEntry entry, Set<String> touched) {}

    void append(StoredEntry entry, Set<String> touched) {
        log.add(new Logged(entry, touched));
    }

    /** Oldest first. */
    List<StoredEntry> after(long revision, int limit) {
        return log.stream()
                .skip(countThrough(revision))
                .limit(limit)
                .map(Logged::entry)
                .toList();
    }

    /** Newest first. */
    List<StoredEntry> before(long revision, int limit, Optional<String> touching) {
        List<StoredEntry> found = new ArrayList<>();
        for (int i = countThrough(revision - 1) - 1; i >= 0 && found.size() < limit; i--) {
            Logged logged = log.get(i);
            if (touching.isEmpty() || logged.touched().contains(touching.get())) {
                found.add(logged.entry());
            }
        }
        return found;
    }

    /** What was appended up to a revision. */
    List<Logged> through(long revision) {
        return List.copyOf(log.subList(0, countThrough(revision)));
    }

    void removeThrough(long revision) {
        log.subList(0, countThrough(revision)).clear();
    }

    private int countThrough(long revision) {
        int low = 0;
        int high = log.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (log.get(middle).entry().revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
