package dev.flags.rollout.controller;

import dev.flags.FlagsException;
import dev.flags.admin.FlagAdmin;
import dev.flags.model.FlagState;
import dev.flags.model.RolloutRun;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.store.Actor;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * One tick after another: look at every run, write what was learnt under the lease's fence, then take the steps.
 *
 * <p>The order is what makes a death at any moment harmless. What justifies a step is in the store before the step is. The step itself is a
 * commit on the revision that was looked at. What follows from a commit (hooks to call) is worked out from what is committed, at the next
 * tick, by whoever makes it. Not thread-safe; confine it to one thread.
 */
final class ControllerLoop {
    /** How many records are written in a tick although nothing hangs on them, those longest not written first. */
    private static final int WRITTEN_IN_PASSING = 100;

    /** And how much of them: a few records are as large as a hundred usual ones together, where tens of thousands of users have failed. */
    private static final int CHARACTERS_IN_PASSING = 1_000_000;

    /** A fenced write holds the store up for others, so a large one is made in parts. */
    private static final int WRITTEN_AT_ONCE = 100;

    /** Troubles are of a run, by its id, or of all of them. */
    private static final String OUTCOMES = "outcomes";

    private final FlagStore store;
    private final ControllerRecords records;
    private final OutcomeStorage outcomes;
    private final ControllerSettings settings;
    private final Announcer announcer;
    private final LeaseKeeper lease;
    private final RunSteps steps;
    private final Inquiries inquiries;
    private final HookCalls hooks;
    private final ScheduledRuns scheduledRuns;
    private final EnvironmentSeen seen;
    private final WatchedRuns watched;
    private boolean leading;
    private long tick;

    /** @param holder the name of this incarnation */
    ControllerLoop(
            FlagStore store,
            Actor actor,
            String holder,
            Inquiries inquiries,
            HookCalls hooks,
            ControllerSettings settings,
            Announcer announcer,
            LongSupplier nanos) {
        this.store = store;
        this.records = store.controllerRecords().orElseThrow(() -> lacking(store, "records of a controller"));
        this.outcomes = store.outcomes().orElseThrow(() -> lacking(store, "outcomes of calls"));
        this.settings = settings;
        this.seen = new EnvironmentSeen(store);
        this.announcer = announcer;
        this.lease = new LeaseKeeper(records, holder, settings, nanos);
        this.steps = new RunSteps(store, actor, settings, holder);
        this.scheduledRuns = new ScheduledRuns(new FlagAdmin(store, actor), announcer);
        this.inquiries = inquiries;
        this.hooks = hooks;
        this.watched = new WatchedRuns(
                store,
                records,
                new WatchedRun.Surroundings(store.environment(), inquiries, hooks, settings, holder),
                announcer);
    }

    private static FlagsException lacking(FlagStore store, String what) {
        return new FlagsException("the store " + store.location() + " keeps no " + what
                + ", so no controller can work with it; a flag's rollout can be promoted by hand there");
    }

    /**
     * Looks at everything once, if this is the process that has the lease.
     *
     * @throws FlagsException when the store does not answer: nothing moves, and what was due is so at the next tick
     */
    void tick() {
        Optional<Lease> held = lease.hold();
        lead(held.isPresent());
        if (held.isEmpty()) {
            return;
        }
        tick++;
        Instant now = store.now();
        seen.refresh();
        collect(now);
        watched.choose(seen.flags(), now);
        List<Work> moves = look(now);
        if (!write(held.get(), moves)) {
            lease.lost();
            lead(false);
            return;
        }
        watched.all().forEach(run -> run.outbox().due(now).forEach(call -> hooks.send(run.key(), call)));
        moves.forEach(this::take);
        scheduledRuns.run(seen.scheduled(), now);
        inquiries.tidy();
    }

    private record Work(WatchedRun run, WatchedRun.Planned planned) {}

    private void lead(boolean now) {
        if (leading != now) {
            leading = now;
            // another may have gone on meanwhile: what it has written counts, and not what is remembered here
            watched.forget();
            seen.forget();
            announcer.leading(now);
        }
    }

    private void collect(Instant now) {
        for (HookCalls.Delivered answer : hooks.delivered()) {
            watched.of(answer.flag()).ifPresent(run -> run.delivered(answer, now));
        }
    }

    /** What calls came to, of all runs at once; nothing where it cannot be read, and then nothing is raised. */
    private Map<String, OutcomeStorage.Rows> read(Instant now) {
        Map<String, Instant> since = new HashMap<>();
        watched.all().forEach(run -> since.put(run.runId(), run.readFrom(now)));
        try {
            Map<String, OutcomeStorage.Rows> rows = since.isEmpty() ? Map.of() : outcomes.readAll(since);
            announcer.settled(OUTCOMES);
            return rows;
        } catch (StoreUnavailableException e) {
            throw e; // then nothing else would work either
        } catch (RuntimeException e) {
            announcer.troubled(OUTCOMES, "outcomes cannot be read, so no rollout climbs", e);
            return Map.of();
        }
    }

    private List<Work> look(Instant now) {
        List<Work> moves = new ArrayList<>();
        Map<String, OutcomeStorage.Rows> rows = read(now);
        for (WatchedRun run : watched.all()) {
            FlagState flag = seen.flag(run.key());
            RolloutRun known = flag.rollout().orElse(null);
            if (known == null || !known.id().equals(run.runId())) {
                continue; // what stands in its place could not be watched
            }
            try {
                WatchedRun.Planned planned =
                        run.look(flag, known, seen::flag, Optional.ofNullable(rows.get(run.runId())), now);
                if (planned.step().moves()) {
                    moves.add(new Work(run, planned));
                }
                announcer.settled(known.id());
            } catch (StoreUnavailableException e) {
                throw e;
            } catch (RuntimeException e) {
                announcer.troubled(
                        known.id(), "the rollout of " + run.key() + " cannot be judged, so it does not move", e);
            }
        }
        // what takes the treatment away does not wait for anything
        moves.sort(Comparator.comparing(work -> !work.planned().step().lowers()));
        return moves;
    }

    /** Writes what justifies the steps, and some of the others; false when the fence has gone to somebody else. */
    private boolean write(Lease held, List<Work> moves) {
        try {
            List<WatchedRun> others = watched.all().stream()
                    .filter(run -> !run.mustWrite())
                    .sorted(Comparator.comparingLong(run -> run.writtenAt))
                    .limit(WRITTEN_IN_PASSING)
                    .toList();
            List<WatchedRun> all = new ArrayList<>(
                    watched.all().stream().filter(WatchedRun::mustWrite).toList());
            int room = CHARACTERS_IN_PASSING;
            for (WatchedRun run : others) {
                if (room > 0) {
                    all.add(run);
                    room -= run.written;
                }
            }
            for (int from = 0; from < all.size(); from += WRITTEN_AT_ONCE) {
                if (!writeSome(held, all.subList(from, Math.min(all.size(), from + WRITTEN_AT_ONCE)))) {
                    return false;
                }
            }
            return true;
        } catch (RuntimeException e) {
            // a lowering needs no record; whatever else there is waits
            moves.stream().filter(work -> work.planned().step().lowers()).forEach(this::take);
            throw e;
        }
    }

    private boolean writeSome(Lease held, List<WatchedRun> some) {
        Map<String, Optional<String>> texts = new LinkedHashMap<>();
        List<WatchedRun> over = new ArrayList<>();
        for (WatchedRun run : some) {
            RolloutRun known = seen.flag(run.key()).rollout().orElse(null);
            boolean ends = known != null
                    && known.id().equals(run.runId())
                    && WatchedRuns.isOver(known, run.lastLook(), settings.afterwards())
                    && run.outbox().isEmpty();
            if (ends) {
                over.add(run);
            }
            run.record(!ends).map(WatchRecord::write).ifPresent(text -> {
                texts.put(run.key(), Optional.of(text));
                run.written = text.length();
            });
        }
        if (!texts.isEmpty() && !records.write(held, texts)) {
            return false;
        }
        some.forEach(run -> run.written(tick));
        over.forEach(watched::done);
        return true;
    }

    private void take(Work work) {
        Look look = work.planned().look();
        Step step = work.planned().step();
        if (lease.hold().isEmpty()) {
            return; // it took too long; whoever has it now sees the same
        }
        try {
            RunSteps.Taken taken = steps.take(look, step);
            work.run().taken(taken);
            taken.flag().filter(flag -> taken.confirmed()).ifPresent(flag -> announcer.moved(look, step, flag));
            announcer.settled(look.run().id());
        } catch (StoreUnavailableException e) {
            work.run().failed();
            throw e;
        } catch (RuntimeException e) {
            work.run().failed();
            announcer.troubled(
                    look.run().id(),
                    "a step of the rollout of " + look.flag().key() + " failed and is tried again: " + step,
                    e);
        }
    }

    /** Gives the lease back. */
    void release() {
        lead(false);
        lease.release();
    }

    /** How many runs are looked at; none while another controller does. */
    int watching() {
        return watched.all().size();
    }

    /** How many calls of hooks wait to be made, or to be made again. */
    int callsLeft() {
        return watched.all().stream().mapToInt(run -> run.outbox().size()).sum();
    }

    /** Whether something has to come down and is not confirmed yet. */
    boolean hasDue() {
        return watched.all().stream().anyMatch(run -> run.due().isPresent());
    }
}
