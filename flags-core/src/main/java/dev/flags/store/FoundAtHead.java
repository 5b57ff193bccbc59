package dev.flags.store;

import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A storage's view as an edit sees it: decoded, each record once. Not thread-safe; confine it to one thread. */
final class FoundAtHead implements Commit.Found {
    private final Storage.View view;
    private final Instant now;
    private final Map<String, FlagState> decoded = new HashMap<>();
    private @Nullable Map<String, Segment> segments;

    FoundAtHead(Storage.View view, Instant now) {
        this.view = view;
        this.now = now;
    }

    @Override
    public Head head() {
        return view.head();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public FlagState flag(String key) {
        FlagState known = decoded.get(key);
        if (known == null) {
            StoredFlag stored = view.flag(key);
            known = stored == null ? FlagState.absent(key) : Records.state(stored);
            decoded.put(key, known);
        }
        return known;
    }

    @Override
    public Collection<FlagState> flags() {
        List<FlagState> all = new ArrayList<>();
        for (StoredFlag stored : view.flags()) {
            all.add(decoded.computeIfAbsent(stored.key(), key -> Records.state(stored)));
        }
        return Collections.unmodifiableList(all);
    }

    @Override
    public Map<String, Segment> segments() {
        if (segments == null) {
            segments = Collections.unmodifiableMap(Records.segments(view.segments(), new ArrayList<>()));
        }
        return segments;
    }

    @Override
    public EnvironmentSettings settings() {
        return Records.settings(view.settings());
    }

    @Override
    public Iterable<AuditEntry> historyBefore(long revision, Optional<String> key) {
        return () -> new HistoryPages(revision, key);
    }

    /** Reads history a page at a time, because most readers stop early. */
    private final class HistoryPages implements Iterator<AuditEntry> {
        private static final int PAGE = 50;
        private final Optional<String> key;
        private Iterator<StoredEntry> page;
        private long below;
        private boolean more = true;

        HistoryPages(long below, Optional<String> key) {
            this.below = below;
            this.key = key;
            this.page = Collections.emptyIterator();
        }

        @Override
        public boolean hasNext() {
            if (!page.hasNext() && more) {
                List<StoredEntry> entries = view.entriesBefore(below, PAGE, key);
                more = entries.size() == PAGE;
                page = entries.iterator();
            }
            return page.hasNext();
        }

        @Override
        public AuditEntry next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            StoredEntry entry = page.next();
            below = entry.revision();
            return AuditPayload.parse(entry).entry();
        }
    }
}
