package dev.flags.rollout.controller;

import dev.flags.model.Fields;
import dev.flags.model.Percentage;
import dev.flags.model.Problems;
import dev.flags.rollout.HookUse;
import dev.flags.rollout.checks.Hooks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls of hooks that have to be made for one flag, until they have been: at least once each, repeated with pauses that grow, given up
 * after a day. It is written with the controller's record of the flag, so that another controller goes on with it. Times are the store's.
 * Not thread-safe; confine it to one thread.
 */
final class Outbox {
    static final Duration DEAD_AFTER = Duration.ofDays(1);

    /** A flag whose hooks all hang should not fill its record; more than these can only be an error. */
    static final int MOST = 100;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final String TIME = "a time";

    private final List<Outgoing> waiting = new ArrayList<>();
    private final List<String> dead = new ArrayList<>();

    /**
     * One call.
     *
     * @param attempts how many were made
     * @param next when the next one is due
     * @param problem what the last answer was
     */
    record Outgoing(String hook, Hooks.Call call, int attempts, Instant next, String problem) {
        Outgoing failed(String why, Instant now) {
            Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts, 20));
            return new Outgoing(
                    hook,
                    call,
                    attempts + 1,
                    now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause),
                    why);
        }
    }

    void add(String hook, Hooks.Call call) {
        if (waiting.size() < MOST) {
            waiting.add(new Outgoing(hook, call, 0, call.at(), ""));
        } else {
            dead.add("hook " + hook + " was not called for " + call.event() + ": " + MOST + " calls wait already");
        }
    }

    /** Those whose time has come. */
    List<Outgoing> due(Instant now) {
        return waiting.stream().filter(call -> !call.next().isAfter(now)).toList();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    int size() {
        return waiting.size();
    }

    /** One was answered. */
    void delivered(Outgoing sent, boolean passed, String why, Instant now) {
        int index = indexOf(sent);
        if (index < 0) {
            return;
        }
        if (passed) {
            waiting.remove(index);
        } else if (!sent.call().at().plus(DEAD_AFTER).isAfter(now)) {
            waiting.remove(index);
            dead.add("hook " + sent.hook() + " was given up after a day and " + (sent.attempts() + 1) + " calls for "
                    + sent.call().event() + ": " + why);
        } else {
            waiting.set(index, sent.failed(why, now));
        }
    }

    private int indexOf(Outgoing sent) {
        for (int i = 0; i < waiting.size(); i++) {
            if (waiting.get(i).hook().equals(sent.hook())
                    && waiting.get(i).call().id().equals(sent.call().id())) {
                return i;
            }
        }
        return -1;
    }

    /** What a person should know. */
    List<String> notes() {
        List<String> notes = new ArrayList<>(dead);
        waiting.stream()
                .filter(call -> call.attempts() > 0)
                .forEach(call -> notes.add("hook " + call.hook() + " failed " + call.attempts()
                        + " times and is called again: " + call.problem()));
        return notes;
    }

    List<Object> tree() {
        List<Object> tree = new ArrayList<>();
        waiting.forEach(outgoing -> {
            Hooks.Call call = outgoing.call();
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("hook", outgoing.hook());
            fields.put("attempts", (long) outgoing.attempts());
            fields.put("next", outgoing.next().toString());
            fields.put("problem", outgoing.problem());
            fields.put("id", call.id());
            fields.put("event", call.event().name());
            fields.put("at", call.at().toString());
            fields.put("environment", call.environment());
            fields.put("flag", call.flag());
            fields.put("run", call.run());
            fields.put("actor", call.actor());
            fields.put("from", call.from().toBigDecimal());
            fields.put("to", call.to().toBigDecimal());
            fields.put("why", call.why());
            tree.add(fields);
        });
        return tree;
    }

    static Outbox of(List<?> tree) {
        Outbox outbox = new Outbox();
        tree.forEach(element -> read(element).ifPresent(outbox.waiting::add));
        return outbox;
    }

    private static Optional<Outgoing> read(@Nullable Object tree) {
        Problems problems = new Problems("outbox");
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return Optional.empty();
        }
        Integer attempts = fields.integer("attempts");
        Instant next = fields.parsed("next", TIME, Instant::parse);
        Instant at = fields.parsed("at", TIME, Instant::parse);
        HookUse.Event event = fields.parsed("event", "an event", HookUse.Event::valueOf);
        Percentage from = fields.percentage("from", Percentage.ZERO);
        Percentage to = fields.percentage("to", Percentage.ZERO);
        if (attempts == null || next == null || at == null || event == null || from == null || to == null) {
            return Optional.empty();
        }
        Hooks.Call call = new Hooks.Call(
                fields.text("id", ""),
                event,
                at,
                fields.text("environment", ""),
                fields.text("flag", ""),
                fields.text("run", ""),
                fields.text("actor", ""),
                from,
                to,
                fields.text("why", ""));
        return Optional.of(new Outgoing(fields.text("hook", ""), call, attempts, next, fields.text("problem", "")));
    }
}
