package dev.flags.rollout.controller;

import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.Verdict.Status;
import dev.flags.rollout.checks.Checks;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What guards say that stand on measurements of one run: since when a number has been beyond its bound. Times are the store's. Not
 * thread-safe; confine it to one thread.
 */
final class MeasuredGuards {
    private static final int POINTS = 30;

    private final Map<String, Track> tracks = new HashMap<>();

    /** One guard: since when its number is beyond the bound, since when its status is what it is, and its last numbers. */
    private static final class Track {
        @Nullable
        Instant beyondSince;

        Status status = Status.UNSETTLED;

        @Nullable
        Instant statusSince;

        final List<Double> points = new ArrayList<>();
    }

    /** What {@link #tree} made. */
    static MeasuredGuards of(@Nullable Object tree) {
        MeasuredGuards guards = new MeasuredGuards();
        if (tree instanceof Map<?, ?> fields) {
            fields.forEach((name, since) -> {
                try {
                    guards.track(String.valueOf(name)).beyondSince = Instant.parse(String.valueOf(since));
                } catch (DateTimeException e) {
                    // as if it had been within the bound: the sustained time begins again
                }
            });
        }
        return guards;
    }

    /** Since when each guard's number has been beyond its bound. */
    Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tracks.forEach((name, track) -> {
            if (track.beyondSince != null) {
                tree.put(name, track.beyondSince.toString());
            }
        });
        return tree;
    }

    /** Asks for the plan's measurements and judges what was answered last; {@code since} as {@link Inquiries#ask} has it. */
    List<Verdict> judge(RolloutPlan plan, Inquiries inquiries, OptionalLong since, Instant now) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Guard guard : plan.guards()) {
            if (guard instanceof Guard.Measured measured) {
                Optional<Checks.Measurement> last = inquiries.measure(measured.measurement(), since);
                verdicts.add(judge(measured, last, inquiries.isOverdue(measured.measurement()), now));
            }
        }
        return verdicts;
    }

    private Verdict judge(Guard.Measured guard, Optional<Checks.Measurement> last, boolean overdue, Instant now) {
        Track track = track(guard.name());
        OptionalDouble value = last.map(Checks.Measurement::value).orElse(OptionalDouble.empty());
        Status status = status(guard, track, value, last.isPresent() || overdue, now);
        if (status != track.status || track.statusSince == null) {
            track.status = status;
            track.statusSince = now;
        }
        track.points.add(value.orElse(Double.NaN));
        if (track.points.size() > POINTS) {
            track.points.remove(0);
        }
        return new Verdict(
                guard.name(),
                status,
                guard.action(),
                value,
                guard.bound(),
                OptionalDouble.empty(),
                Optional.ofNullable(track.statusSince),
                false,
                track.points,
                List.of(),
                text(guard, last, value));
    }

    private static Status status(
            Guard.Measured guard, Track track, OptionalDouble value, boolean answered, Instant now) {
        if (value.isEmpty() || Double.isNaN(value.getAsDouble())) {
            if (!answered) {
                return Status.UNSETTLED; // whoever has just taken over has to ask first
            }
            track.beyondSince = null; // what nobody saw was not sustained
            return Status.NO_DATA;
        }
        boolean beyond = guard.above() ? value.getAsDouble() > guard.bound() : value.getAsDouble() < guard.bound();
        if (!beyond) {
            track.beyondSince = null;
            return Status.HEALTHY;
        }
        Instant since = track.beyondSince;
        if (since == null) {
            since = now;
            track.beyondSince = now;
        }
        return since.plus(guard.sustain()).isAfter(now) ? Status.UNSETTLED : Status.BREACHED;
    }

    private static String text(Guard.Measured guard, Optional<Checks.Measurement> last, OptionalDouble value) {
        if (value.isEmpty()) {
            String problem = last.map(Checks.Measurement::problem).orElse("not answered yet");
            return guard.measurement() + " could not be measured: " + problem;
        }
        return guard.measurement() + " is " + number(value.getAsDouble()) + ", bound " + (guard.above() ? "> " : "< ")
                + number(guard.bound());
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.valueOf((long) value)
                : String.format(Locale.ROOT, "%.4g", value);
    }

    private Track track(String name) {
        return tracks.computeIfAbsent(name, n -> new Track());
    }
}
