package dev.flags.rollout.controller;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.store.ScheduledChange;
import dev.flags.store.StoreUnavailableException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes the scheduled changes of an environment when their time has come. Not thread-safe; confine it to one thread. */
final class ScheduledRuns {
    private final FlagAdmin admin;
    private final Announcer announcer;
    private final Set<String> failed = new HashSet<>();

    ScheduledRuns(FlagAdmin admin, Announcer announcer) {
        this.admin = admin;
        this.announcer = announcer;
    }

    /**
     * Makes those that are due. Each is one commit, so one that another has made is not made twice.
     *
     * @param scheduled as last read
     */
    void run(List<ScheduledChange> scheduled, Instant now) {
        for (ScheduledChange change : scheduled) {
            if (change.isDue(now)) {
                run(change);
            }
        }
    }

    private void run(ScheduledChange change) {
        try {
            admin.runScheduled(change.id(), WriteOptions.DEFAULT);
            failed.remove(change.id());
        } catch (NoSuchFlagException e) {
            failed.remove(change.id()); // done by another, or cancelled
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (failed.add(change.id())) {
                announcer.trouble("a scheduled change of " + change.flag() + " failed and is tried again", e);
            }
        }
    }
}
