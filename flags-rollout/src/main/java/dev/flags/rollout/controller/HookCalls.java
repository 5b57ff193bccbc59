package dev.flags.rollout.controller;

import dev.flags.rollout.HookUse;
import dev.flags.rollout.checks.Checks;
import dev.flags.rollout.checks.Hooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls hooks in the background: the gates of a raise, whose answer is kept for that raise, and what lies in outboxes. Safe for use by
 * multiple threads.
 */
final class HookCalls {
    private final @Nullable Hooks hooks;
    private final Background workers;
    private final LongSupplier nanos;
    private final long freshNanos;
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Queue<Delivered> delivered = new ConcurrentLinkedQueue<>();

    HookCalls(@Nullable Hooks hooks, Background workers, LongSupplier nanos, ControllerSettings settings) {
        this.hooks = hooks;
        this.workers = workers;
        this.nanos = nanos;
        this.freshNanos = settings.nanos(settings.fresh());
    }

    /** What came of one call of an outbox. */
    record Delivered(String flag, Outbox.Outgoing call, Checks.Answer answer) {}

    private record Gate(Optional<Checks.Answer> answer, long atNanos) {}

    /** Whether there is anybody who could call hooks. */
    boolean isConfigured() {
        return hooks != null;
    }

    /** What the gates of a raise said, if they were asked and have answered lately. */
    Optional<Checks.Answer> gate(String raise) {
        Gate gate = gates.get(raise);
        if (gate == null || gate.answer().isEmpty()) {
            return Optional.empty();
        }
        if (nanos.getAsLong() - gate.atNanos() > freshNanos) {
            gates.remove(raise, gate); // a refusal is asked again, and an agreement was for then
            return Optional.empty();
        }
        return gate.answer();
    }

    /** Asks the gates of a raise, one after another, unless they are being asked. */
    void askGates(String raise, List<HookUse> uses, Hooks.Call call) {
        Gate asking = new Gate(Optional.empty(), nanos.getAsLong());
        if (gates.putIfAbsent(raise, asking) != null) {
            return;
        }
        boolean taken = workers.offer(() -> {
            Checks.Answer answer = Checks.Answer.PASSED;
            for (HookUse use : uses) {
                if (answer.passed()) {
                    answer = call(use.hook(), call);
                }
            }
            gates.replace(raise, asking, new Gate(Optional.of(answer), nanos.getAsLong()));
        });
        if (!taken) {
            gates.remove(raise, asking);
        }
    }

    /** The raise was made, or will not be. */
    void forgetGates(String run) {
        gates.keySet().removeIf(raise -> raise.startsWith(run + "/"));
    }

    /** Makes a call of a flag's outbox, unless it is being made. */
    void send(String flag, Outbox.Outgoing outgoing) {
        String id = outgoing.hook() + "/" + outgoing.call().id();
        if (!underWay.add(id)) {
            return;
        }
        boolean taken = workers.offer(() -> {
            Checks.Answer answer = call(outgoing.hook(), outgoing.call());
            delivered.add(new Delivered(flag, outgoing, answer));
            underWay.remove(id);
        });
        if (!taken) {
            underWay.remove(id);
        }
    }

    /** What has been answered since the last time. */
    List<Delivered> delivered() {
        List<Delivered> all = new ArrayList<>();
        for (Delivered one = delivered.poll(); one != null; one = delivered.poll()) {
            all.add(one);
        }
        return all;
    }

    private Checks.Answer call(String hook, Hooks.Call call) {
        Hooks called = hooks;
        if (called == null) {
            return new Checks.Answer(false, "hook " + hook + ": this controller has no configuration of hooks");
        }
        try {
            return called.call(hook, call);
        } catch (RuntimeException | LinkageError e) {
            return new Checks.Answer(false, "hook " + hook + ": " + Objects.toString(e.getMessage(), e.toString()));
        }
    }
}
