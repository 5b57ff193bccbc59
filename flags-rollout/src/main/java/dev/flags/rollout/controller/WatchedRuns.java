package dev.flags.rollout.controller;

import dev.flags.model.FlagState;
import dev.flags.model.RolloutRun;
import dev.flags.rollout.checks.Hooks;
import dev.flags.store.ControllerRecords;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The runs that a controller watches, one of a flag: those under way, those that ended a while ago, and those that leave something to be
 * told. Not thread-safe; confine it to one thread.
 */
final class WatchedRuns {
    private final FlagStore store;
    private final ControllerRecords records;
    private final WatchedRun.Surroundings around;
    private final Announcer announcer;
    private final Map<String, WatchedRun> watched = new HashMap<>();

    /** The ids of runs of which nothing more can come, so that nobody asks for their records at each tick. */
    private final Set<String> done = new HashSet<>();

    WatchedRuns(FlagStore store, ControllerRecords records, WatchedRun.Surroundings around, Announcer announcer) {
        this.store = store;
        this.records = records;
        this.around = around;
        this.announcer = announcer;
    }

    /** All of them; what is done with the list changes nothing. */
    List<WatchedRun> all() {
        return List.copyOf(watched.values());
    }

    /** That of a flag. */
    Optional<WatchedRun> of(String flag) {
        return Optional.ofNullable(watched.get(flag));
    }

    /** Begins with those of these flags that are to be watched and are not, where their records say. */
    void choose(Collection<FlagState> flags, Instant now) {
        Set<String> there = new HashSet<>();
        Map<String, FlagState> begun = new LinkedHashMap<>();
        for (FlagState flag : flags) {
            flag.rollout().ifPresent(run -> {
                there.add(flag.key());
                if (isNew(flag.key(), run, now)) {
                    begun.put(flag.key(), flag);
                }
            });
        }
        watched.keySet().retainAll(there);
        if (!begun.isEmpty()) {
            Map<String, String> texts = records.readAll(begun.keySet());
            begun.forEach(
                    (key, flag) -> begin(flag, flag.rollout().orElseThrow(), Optional.ofNullable(texts.get(key)), now));
        }
    }

    private boolean isNew(String flag, RolloutRun run, Instant now) {
        boolean known = of(flag).filter(other -> other.runId().equals(run.id())).isPresent();
        if (known || run.state() == RolloutRun.State.DRAFT || done.contains(run.id())) {
            return false;
        }
        if (isOver(run, now, Outbox.DEAD_AFTER)) {
            done.add(run.id());
            return false;
        }
        return true;
    }

    /** @param text the flag's record: of this run, or of one before it */
    private void begin(FlagState flag, RolloutRun run, Optional<String> text, Instant now) {
        try {
            Optional<WatchRecord> record = text.flatMap(WatchRecord::parse);
            Optional<WatchRecord> own = record.filter(known -> known.run().equals(run.id()));
            WatchedRun begun = new WatchedRun(flag, run, own, around, now);
            if (!begun.isOfInterest(run) && own.isEmpty()) {
                done.add(run.id());
                return;
            }
            record.filter(known -> !known.run().equals(run.id())).ifPresent(earlier -> {
                Optional<Hooks.Call> end = HookEvents.endOf(store, flag.key(), earlier.run(), earlier.reached());
                begun.inherit(earlier, end);
            });
            watched.put(flag.key(), begun);
            announcer.settled(run.id());
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            watched.remove(flag.key());
            announcer.troubled(run.id(), "the rollout of " + flag.key() + " cannot be watched, so it does not move", e);
        }
    }

    /** Whether a run has been over for so long. */
    static boolean isOver(RolloutRun run, Instant now, Duration time) {
        return run.state().isFinal()
                && run.endedAt().map(ended -> ended.plus(time).isBefore(now)).orElse(true);
    }

    /** Nothing more comes of a run. */
    void done(WatchedRun run) {
        watched.remove(run.key());
        done.add(run.runId());
    }

    /** As if nothing had been watched yet. */
    void forget() {
        watched.clear();
        done.clear();
    }
}
