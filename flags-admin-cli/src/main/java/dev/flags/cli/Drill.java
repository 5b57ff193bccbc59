package dev.flags.cli;

import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.FlagsException;
import dev.flags.Reason;
import dev.flags.Subscription;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A rehearsal: takes the treatment from everybody by percentage and by kill, and gives it back each time, and measures how long every
 * commit takes and until an application (this process, as one that follows the store) serves it. Each step names the revision that the one before made, so that
 * somebody's change in the middle ends the drill and is left alone. Confined to one thread.
 */
final class Drill implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int PROBES = 300_000;
    private static final int ATTEMPTS = 5;

    /**
     * One step.
     *
     * @param what for a person
     * @param revision of the environment, after it
     * @param committed until the store had acknowledged it
     * @param served from the commit until a following application served it; empty when it did not in time
     */
    record Step(String what, long revision, Duration committed, Optional<Duration> served) {}

    private final FlagStore store;
    private final FlagAdmin admin;
    private final String key;
    private final String reason;
    private final Duration patience;
    private final Consumer<String> progress;
    private final Flags flags;
    private final Subscription following;
    private final Semaphore news = new Semaphore(0);
    private final FlagState start;
    private final FlagDefinition definition;
    private final List<Step> steps = new ArrayList<>();
    private FlagState last;

    /**
     * @param follower the same store once more, as an application has it: its follower learns nothing from this process' commits; closed by this
     * @param start the flag, live, with neither a kill nor a rollout under way
     * @param patience for a following application to serve a commit
     * @param progress told each step before it is done
     */
    Drill(
            FlagStore store,
            FlagStore follower,
            FlagAdmin admin,
            FlagState start,
            String reason,
            Duration patience,
            Consumer<String> progress) {
        this.store = store;
        this.admin = admin;
        this.key = start.key();
        this.start = start;
        this.definition = start.definition().orElseThrow();
        this.last = start;
        this.reason = reason.isBlank() ? "drill" : "drill: " + reason;
        this.patience = patience;
        this.progress = progress;
        this.flags =
                Flags.builder().environment(store.environment()).layer(follower).build();
        this.following = flags.onChange(change -> news.release());
    }

    List<Step> steps() {
        return steps;
    }

    /** Whether the flag is now what it was, but for its revision. */
    boolean isAsBefore() {
        FlagState now = store.flag(key);
        return now.definition().equals(start.definition())
                && now.kill().equals(start.kill())
                && now.rollout().equals(start.rollout());
    }

    /**
     * Carries it out.
     *
     * @param rehearsalAt what is served meanwhile where the flag serves nobody
     * @throws Interrupted in the middle; see {@link #putBack}
     */
    void run(Percentage rehearsalAt) throws InterruptedException {
        Percentage present = definition.percentage();
        Percentage served = present.isZero() ? rehearsalAt : present;
        if (present.isZero()) {
            step("raise to " + served, options -> admin.setPercentage(key, served, options));
        }
        String probe = probe();
        step("roll back to 0%", options -> admin.setPercentage(key, Percentage.ZERO, options));
        requireServed(probe, false);
        step("back to " + served, options -> admin.setPercentage(key, served, options));
        requireServed(probe, true);
        step("kill", options -> admin.kill(new KillScope.Keys(List.of(key), false), options));
        requireServed(probe, false);
        step("lift the kill", options -> admin.unkill(List.of(key), Optional.empty(), options));
        requireServed(probe, true);
        if (present.isZero()) {
            step("back to 0%", options -> admin.setPercentage(key, Percentage.ZERO, options));
        }
    }

    private void step(String what, Function<WriteOptions, WriteOutcome> write) throws InterruptedException {
        progress.accept(what);
        WriteOptions options =
                WriteOptions.because(reason + ", " + what).asConfirmed().expecting(last.revision());
        long began = System.nanoTime();
        WriteOutcome outcome = write.apply(options);
        long committed = System.nanoTime();
        if (outcome instanceof WriteOutcome.Conflict conflict) {
            throw new Interrupted(
                    key + " was changed by somebody else during the drill, at revision " + conflict.actualRevision());
        }
        if (!(outcome instanceof WriteOutcome.Done done)) {
            throw new Interrupted("the step '" + what + "' was not allowed");
        }
        last = Objects.requireNonNull(done.after().get(key));
        boolean seen = await(last.revision());
        steps.add(new Step(
                what,
                done.revision(),
                Duration.ofNanos(committed - began),
                seen ? Optional.of(Duration.ofNanos(System.nanoTime() - committed)) : Optional.empty()));
    }

    private boolean await(long revision) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (flags.decide(key, probeContext("drill")).revision() < revision) {
            if (System.nanoTime() > end) {
                return false;
            }
            if (news.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
                news.drainPermits();
            }
        }
        return true;
    }

    /** Somebody whom the percentage gives the treatment now; empty where rules or targets decide for all who were tried. */
    private @Nullable String probe() {
        for (int i = 0; i < PROBES; i++) {
            Decision decision = flags.decide(key, probeContext("drill-" + i));
            boolean percentage = decision.reason() == Reason.PERCENTAGE || decision.reason() == Reason.SPLIT;
            if (percentage && !definition.offVariant().equals(decision.variant())) {
                return "drill-" + i;
            }
        }
        return null;
    }

    private static EvaluationContext probeContext(String user) {
        return EvaluationContext.of(user);
    }

    /** A commit that is served and yet gives somebody what it should not is worse than one that is late. */
    private void requireServed(@Nullable String probe, boolean treatment) {
        Step step = steps.get(steps.size() - 1);
        if (probe == null || step.served().isEmpty()) {
            return;
        }
        Decision decision = flags.decide(key, probeContext(probe));
        if (definition.offVariant().equals(decision.variant()) == treatment) {
            throw new Interrupted("after '" + step.what() + "' user " + probe + " is served " + decision.variant()
                    + " (" + decision.reason() + ")");
        }
    }

    /**
     * After something went wrong: lifts the drill's own latch and puts the drill's own percentage back, and leaves alone what anybody
     * else did.
     *
     * @return what could not be put back, for a person; empty when all is as before
     */
    Optional<String> putBack() {
        FlagsException failure = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return tryToPutBack();
            } catch (StoreUnavailableException e) {
                failure =
                        e; // a store that is just failing over answers again in a while: it waits by its own time-outs
            } catch (FlagsException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        }
        return Optional.of(failure == null ? "" : String.valueOf(failure.getMessage()));
    }

    private Optional<String> tryToPutBack() {
        FlagState now = store.flag(key);
        boolean latchIsOurs = now.kill()
                .filter(kill -> kill.reason().startsWith(reason + ", "))
                .isPresent();
        if (latchIsOurs) {
            require(admin.unkill(
                    List.of(key),
                    Optional.empty(),
                    WriteOptions.because(reason + ", put back").asConfirmed().expecting(now.revision())));
            now = store.flag(key);
        }
        if (isOurs(now) && !now.definition().equals(start.definition())) {
            require(admin.setPercentage(
                    key,
                    definition.percentage(),
                    WriteOptions.because(reason + ", put back").asConfirmed().expecting(now.revision())));
        }
        return isAsBefore()
                ? Optional.empty()
                : Optional.of("it is not as it was before the drill, and what differs was changed by somebody else");
    }

    /** Every step named the revision it was based on: where the last change is the drill's, all since its start are. */
    private boolean isOurs(FlagState now) {
        return now.revision() != start.revision()
                && store.history(Optional.of(key), now.revision() + 1, 1).stream()
                        .anyMatch(entry -> entry.reason().startsWith(reason + ", "));
    }

    private void require(WriteOutcome outcome) {
        if (!(outcome instanceof WriteOutcome.Done)) {
            throw new Interrupted(key + " was changed again while it was being put back");
        }
    }

    @Override
    public void close() {
        following.close();
        flags.close();
    }

    /** It could not go on. */
    static final class Interrupted extends FlagsException {
        private static final long serialVersionUID = 1L;

        Interrupted(String message) {
            super(message);
        }
    }
}
