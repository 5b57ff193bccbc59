package dev.flags.store;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import dev.flags.source.FlagMap;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one follower serves: the store's flags at the cursor, the last good form of those that cannot be understood, and, where
 * the store is not to be believed as it is, states that are held against it and kills that were found in it. Not thread-safe;
 * confine it to one thread.
 */
final class FollowedFlags {
    private final String environment;
    private final Map<String, StoredFlag> stored = new HashMap<>();
    private final Map<String, StoredSegment> storedSegments = new TreeMap<>();
    private @Nullable String settings;
    private @Nullable Head cursor;

    private final Map<String, FlagDefinition> lastGood = new HashMap<>();
    private FlagMap.Editor<LayerFlag> served = FlagMap.<LayerFlag>empty().edit();
    private final Map<String, List<Problem>> problems = new TreeMap<>();
    private Map<String, Segment> segments = new TreeMap<>();
    private List<Problem> segmentProblems = List.of();

    private final Map<String, Held> held = new TreeMap<>();
    private final Map<String, KillLatch> foundKills = new TreeMap<>();

    FollowedFlags(String environment) {
        this.environment = environment;
    }

    /**
     * A state that goes on being served.
     *
     * @param until a commit of the flag above this revision ends it
     */
    private record Held(StoredFlag flag, long until) {}

    boolean isLoaded() {
        return cursor != null;
    }

    /** Where the served state stands. Only once loaded. */
    Head cursor() {
        Head loaded = cursor;
        if (loaded == null) {
            throw new IllegalStateException("nothing is loaded");
        }
        return loaded;
    }

    StoredState state() {
        List<StoredFlag> flags = stored.values().stream()
                .sorted(Comparator.comparing(StoredFlag::key))
                .toList();
        return new StoredState(environment, cursor(), flags, List.copyOf(storedSegments.values()), settings);
    }

    /** Serves all of a state, but for what is held. */
    void adopt(StoredState state) {
        cursor = state.head();
        settings = state.settings();
        stored.clear();
        storedSegments.clear();
        foundKills.clear();
        state.flags().forEach(flag -> stored.put(flag.key(), flag));
        state.segments().forEach(segment -> storedSegments.put(segment.name(), segment));
        lastGood.keySet().retainAll(stored.keySet());
        releaseHeld();
        served = FlagMap.<LayerFlag>empty().edit();
        problems.clear();
        allKeys().forEach(this::serve);
        readSegments();
    }

    /**
     * Moves on by commits that follow on the cursor.
     *
     * @return the flags that may be served differently; empty when any may
     */
    Set<String> apply(List<FollowedEntry> entries) {
        Map<String, FollowedEntry.After> changed = new LinkedHashMap<>();
        boolean segmentsChanged = false;
        for (FollowedEntry entry : entries) {
            for (FollowedEntry.After flag : entry.flags()) {
                stored.put(flag.stored().key(), flag.stored());
                changed.put(flag.stored().key(), flag);
            }
            for (StoredSegment segment : entry.segments()) {
                storedSegments.put(segment.name(), segment);
                segmentsChanged = true;
            }
            settings = entry.settings() == null ? settings : entry.settings();
            cursor = entry.head();
        }
        releaseHeld();
        changed.forEach((key, flag) -> {
            if (held.containsKey(key)) {
                serve(key);
            } else {
                serve(key, flag.stored(), flag.state());
            }
        });
        if (segmentsChanged) {
            readSegments();
            return Set.of();
        }
        return changed.keySet();
    }

    /** What is to be served; of a store that nothing is known of, at most the kills found in it. */
    LayerContent content(Set<String> changed) {
        List<Problem> all = new ArrayList<>(segmentProblems);
        problems.values().forEach(all::addAll);
        Head at = cursor;
        return new LayerContent(at == null ? 0 : at.revision(), served.toMap(), segments, false, changed, all);
    }

    /** The flags known and the revision of each. */
    static Map<String, Long> revisions(Collection<StoredFlag> flags) {
        Map<String, Long> revisions = new HashMap<>();
        flags.forEach(flag -> revisions.put(flag.key(), flag.revision()));
        return revisions;
    }

    Map<String, Long> revisions() {
        return revisions(stored.values());
    }

    /** Latches what is killed in a store whose flags are not served; what was latched so before and is not now, no longer. */
    void latch(StoredState state) {
        Set<String> touched = new HashSet<>(foundKills.keySet());
        foundKills.clear();
        for (StoredFlag flag : state.flags()) {
            if (flag.kill() != null) {
                Records.state(flag).kill().ifPresent(kill -> foundKills.put(flag.key(), kill));
            }
        }
        touched.addAll(foundKills.keySet());
        touched.forEach(this::serve);
    }

    /** Adopts an older state of the same history, but holds each flag that it would show to more users, or has not at all. */
    void rewind(StoredState state) {
        Map<String, StoredFlag> theirs = new HashMap<>();
        state.flags().forEach(flag -> theirs.put(flag.key(), flag));
        for (StoredFlag known : List.copyOf(stored.values())) {
            Held already = held.get(known.key());
            StoredFlag ours = already == null ? known : already.flag();
            StoredFlag other = theirs.get(known.key());
            if (other == null || RewoundExposure.raises(lastGoodState(ours), Records.state(other))) {
                held.put(known.key(), new Held(ours, state.head().revision()));
            } else {
                held.remove(known.key());
            }
        }
        adopt(state);
    }

    Set<String> heldKeys() {
        return new TreeSet<>(held.keySet());
    }

    void releaseAll() {
        held.clear();
    }

    private void releaseHeld() {
        held.entrySet().removeIf(entry -> {
            StoredFlag now = stored.get(entry.getKey());
            return now != null && now.revision() > entry.getValue().until();
        });
    }

    private Set<String> allKeys() {
        Set<String> keys = new TreeSet<>(stored.keySet());
        keys.addAll(held.keySet());
        keys.addAll(foundKills.keySet());
        return keys;
    }

    private void serve(String key) {
        Held holding = held.get(key);
        StoredFlag flag = holding == null ? stored.get(key) : holding.flag();
        if (flag == null) {
            problems.remove(key);
            serve(key, Optional.ofNullable(foundKills.get(key)).map(LayerFlag::killed));
        } else {
            serve(key, flag, Records.state(flag));
        }
    }

    /**
     * Serves one flag.
     *
     * @param flag the store's, or the one held against it
     * @param read what its records mean
     */
    private void serve(String key, StoredFlag flag, FlagState read) {
        FlagState state = lastGood(flag, read);
        if (state.problems().isEmpty()) {
            problems.remove(key);
        } else {
            problems.put(key, state.problems());
        }
        Optional<KillLatch> kill = Optional.ofNullable(foundKills.get(key)).or(state::kill);
        StoredFlag theirs = stored.get(key);
        if (held.containsKey(key) && kill.isEmpty() && theirs != null) {
            kill = Records.state(theirs).kill();
        }
        boolean malformed = flag.definition() != null && state.definition().isEmpty();
        boolean says = state.definition().isPresent() || malformed || kill.isPresent();
        serve(
                key,
                says
                        ? Optional.of(new LayerFlag(
                                state.definition(),
                                Optional.empty(),
                                kill,
                                malformed,
                                flag.revision(),
                                state.rollout()))
                        : Optional.empty());
    }

    private void serve(String key, Optional<LayerFlag> flag) {
        flag.ifPresentOrElse(says -> served.put(key, says), () -> served.remove(key));
    }

    /** The flag's state, with its last good definition where the stored one cannot be understood. */
    private FlagState lastGoodState(StoredFlag flag) {
        return lastGood(flag, Records.state(flag));
    }

    private FlagState lastGood(StoredFlag flag, FlagState state) {
        if (flag.definition() == null) {
            lastGood.remove(flag.key());
            return state;
        }
        if (state.definition().isPresent()) {
            lastGood.put(flag.key(), state.definition().get());
            return state;
        }
        return new FlagState(
                state.key(),
                state.revision(),
                Optional.ofNullable(lastGood.get(flag.key())),
                state.kill(),
                state.rollout(),
                state.updatedAt(),
                state.updatedBy(),
                state.problems());
    }

    private void readSegments() {
        List<Problem> found = new ArrayList<>();
        Map<String, Segment> good = new TreeMap<>();
        for (StoredSegment segment : storedSegments.values()) {
            Optional<Segment> read = Records.segment(segment, found);
            Segment usable = read.orElse(segment.document() == null ? null : segments.get(segment.name()));
            if (usable != null) {
                good.put(segment.name(), usable);
            }
        }
        segments = good;
        segmentProblems = List.copyOf(found);
    }
}
