package dev.flags.rollout.controller;

import dev.flags.NoSuchFlagException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.store.ScheduledChange;
import dev.flags.store.StoreUnavailableException;
import java.time.Instant;
import java.util.List;

/** Makes the scheduled changes of an environment when their time has come. Not thread-safe; confine it to one thread. */
final class ScheduledRuns {
    private final FlagAdmin admin;
    private final Announcer announcer;

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
            announcer.settled(change.id());
        } catch (NoSuchFlagException e) {
            announcer.settled(change.id()); // done by another, or cancelled
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            announcer.troubled(change.id(), "a scheduled change of " + change.flag() + " failed and is tried again", e);
        }
    }
}
