package dev.flags.store;

import dev.flags.json.Json;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagKeys;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Segment;
import dev.flags.store.AuditPayload.Change;
import dev.flags.store.AuditPayload.Changes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Works out one commit against each head that a storage shows it, and remembers how it ended. An attempt whose outcome is
 * unknown is looked for in the log before anything is planned again, under the same head that the next append would build
 * on: so it is found if it happened, and can no longer happen if it is not. Not thread-safe; confine it to one thread.
 */
final class PlannedCommit implements Storage.Planner {
    private final Commit commit;
    private final String environment;
    private final Optional<String> login;
    private final List<Attempt> unresolved = new ArrayList<>();
    private @Nullable Attempt current;
    private @Nullable CommitOutcome outcome;

    PlannedCommit(Commit commit, String environment, Optional<String> login) {
        this.commit = commit;
        this.environment = environment;
        this.login = login;
    }

    private record Attempt(StoredEntry entry, CommitOutcome outcome) {}

    /** How it ended; call it once an attempt has succeeded. */
    CommitOutcome outcome() {
        CommitOutcome ended = outcome;
        if (ended == null) {
            throw new StoreDamagedException("the storage answered without asking what to write");
        }
        return ended;
    }

    /** The connection was lost after the last plan was sent. */
    void outcomeUnknown() {
        if (current != null) {
            unresolved.add(current);
        }
    }

    @Override
    public Storage.@Nullable Append plan(Storage.View view) {
        current = null;
        for (Attempt attempt : unresolved) {
            if (isInLog(attempt.entry(), view)) {
                outcome = attempt.outcome();
                return null;
            }
        }
        Instant at = notBeforeThePreviousEntry(view);
        FoundAtHead found = new FoundAtHead(view, at);
        Commit.Result result = commit.edit().apply(found);
        if (result instanceof Commit.Refused refused) {
            outcome = new CommitOutcome.Conflict(refused.key(), refused.expected(), refused.actual());
            return null;
        }
        return append(view, found, (Commit.Write) result);
    }

    private Storage.@Nullable Append append(Storage.View view, FoundAtHead found, Commit.Write write) {
        Optional<Commit.Replacement> replacement = write.replacement();
        Head head = replacement.flatMap(Commit.Replacement::continuing).orElse(view.head());
        Changes changes = changes(view, found, write, head.revision() + 1);
        if (changes.isEmpty() && replacement.isEmpty()) {
            outcome = new CommitOutcome.Unchanged(head.revision());
            return null;
        }
        StoredEntry entry = AuditPayload.write(environment, head, found.now(), login, detailed(write), changes);
        Set<String> keys = new LinkedHashSet<>();
        Map<String, FlagState> before = new TreeMap<>();
        Map<String, FlagState> after = new TreeMap<>();
        for (Change<StoredFlag> change : changes.flags()) {
            String key = change.after().key();
            keys.add(key);
            before.put(key, found.flag(key));
            after.put(key, Records.state(change.after()));
        }
        changes.named().forEach(flag -> keys.add(flag.key()));
        AuditEntry read = AuditPayload.parse(entry).entry();
        outcome = new CommitOutcome.Committed(read, Map.copyOf(before), Map.copyOf(after), Optional.empty());
        current = new Attempt(entry, outcome);
        List<StoredFlag> flags = changes.flags().stream().map(Change::after).toList();
        List<StoredSegment> segments =
                changes.segments().stream().map(Change::after).toList();
        return new Storage.Append(
                head.epoch(),
                entry,
                keys,
                replacement.isPresent() ? all(view.flags(), flags, StoredFlag::key) : flags,
                replacement.isPresent() ? all(view.segments(), segments, StoredSegment::name) : segments,
                changes.settings(),
                replacement.isPresent());
    }

    private static <T> List<T> all(List<T> there, List<T> changed, Function<T, String> key) {
        Map<String, T> all = new TreeMap<>();
        there.forEach(record -> all.put(key.apply(record), record));
        changed.forEach(record -> all.put(key.apply(record), record));
        return List.copyOf(all.values());
    }

    /** The commit, with what its edit has to say in the audit entry. */
    private Commit detailed(Commit.Write write) {
        if (write.details().isEmpty()) {
            return commit;
        }
        Map<String, Object> details = new TreeMap<>(commit.details());
        details.putAll(write.details());
        return new Commit(commit.actor(), commit.action(), commit.reason(), details, commit.edit());
    }

    private Changes changes(Storage.View view, FoundAtHead found, Commit.Write write, long revision) {
        List<Change<StoredFlag>> flags = new ArrayList<>();
        for (Map.Entry<String, FlagState> wanted : new TreeMap<>(write.flags()).entrySet()) {
            String key = wanted.getKey();
            StoredFlag stored = view.flag(key);
            StoredFlag next = flag(stored, found.flag(key), key, wanted.getValue(), revision, found.now());
            if (!sameRecords(stored, next)) {
                // only what is new is checked: a kill must go through whatever the rest of the flag looks like
                FlagKeys.require(key);
                flags.add(new Change<>(stored, next));
            }
        }
        List<Change<StoredSegment>> segments = segments(view, found, write, revision);
        Optional<EnvironmentSettings> settings = write.settings().filter(wanted -> !wanted.equals(found.settings()));
        return new Changes(
                flags,
                settings.map(wanted -> named(view, wanted.scheduledOtherwise(found.settings()), flags))
                        .orElse(List.of()),
                segments,
                view.settings(),
                settings.map(EnvironmentSettings::write).orElse(null));
    }

    /** What is scheduled for a flag is part of its history, though it changes nothing of the flag yet. */
    private static List<StoredFlag> named(Storage.View view, Set<String> about, List<Change<StoredFlag>> changed) {
        List<StoredFlag> named = new ArrayList<>();
        for (String key : about) {
            StoredFlag stored = view.flag(key);
            if (stored != null
                    && changed.stream().noneMatch(change -> change.after().key().equals(key))) {
                named.add(stored);
            }
        }
        return named;
    }

    private StoredFlag flag(
            @Nullable StoredFlag stored, FlagState found, String key, FlagState wanted, long revision, Instant at) {
        if (wanted.definition().isPresent() && !wanted.definition().get().key().equals(key)) {
            throw new InvalidFlagException(
                    key,
                    "cannot be stored under this key: the definition says '"
                            + wanted.definition().get().key() + "'");
        }
        String definition = Records.definition(stored, found, wanted);
        if (definition != null && Json.utf8Length(definition) > Json.MAX_DOCUMENT_BYTES) {
            throw new InvalidFlagException(key, "is larger than " + Json.MAX_DOCUMENT_BYTES / 1024 + " KiB");
        }
        return new StoredFlag(
                key,
                revision,
                definition,
                Records.kill(stored, found, wanted),
                Records.rollout(stored, found, wanted),
                at,
                commit.actor().name());
    }

    private static boolean sameRecords(@Nullable StoredFlag a, StoredFlag b) {
        return a == null
                ? b.definition() == null && b.kill() == null && b.rollout() == null
                : Objects.equals(a.definition(), b.definition())
                        && Objects.equals(a.kill(), b.kill())
                        && Objects.equals(a.rollout(), b.rollout());
    }

    private static List<Change<StoredSegment>> segments(
            Storage.View view, FoundAtHead found, Commit.Write write, long revision) {
        if (write.segments().isEmpty()) {
            return List.of();
        }
        Map<String, StoredSegment> stored = new TreeMap<>();
        view.segments().forEach(segment -> stored.put(segment.name(), segment));
        List<Change<StoredSegment>> changes = new ArrayList<>();
        new TreeMap<>(write.segments()).forEach((name, wanted) -> {
            StoredSegment old = stored.get(name);
            boolean there = old != null && old.document() != null;
            Segment now = found.segments().get(name);
            if (wanted.isEmpty() ? there : !wanted.get().equals(now)) {
                FlagKeys.require(name);
                String document = wanted.map(FlagJson::write).orElse(null);
                changes.add(new Change<>(old, new StoredSegment(name, revision, document)));
            }
        });
        return changes;
    }

    private static boolean isInLog(StoredEntry entry, Storage.View view) {
        return view.head().revision() >= entry.revision()
                && view.entriesBefore(entry.revision() + 1, 1, Optional.empty()).stream()
                        .anyMatch(there -> there.hash().equals(entry.hash()));
    }

    // clocks go back (NTP, failover to another host), the history does not
    private static Instant notBeforeThePreviousEntry(Storage.View view) {
        Instant now = view.now().truncatedTo(ChronoUnit.MILLIS);
        for (StoredEntry previous : view.entriesBefore(Long.MAX_VALUE, 1, Optional.empty())) {
            try {
                Instant before = AuditPayload.parse(previous).entry().at();
                return before.isAfter(now) ? before : now;
            } catch (StoreDamagedException e) {
                // an altered entry must not keep anyone from killing a flag; 'audit verify' reports it
                return now;
            }
        }
        return now;
    }
}
