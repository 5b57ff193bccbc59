package dev.flags.cli;

import dev.flags.admin.Exposure;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.store.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one flag in a stretch of time, from its audit entries. Immutable.
 *
 * @param steps oldest first
 * @param until the end, by the store's clock: now
 * @param now the flag at the end
 */
record Incident(String key, String environment, Instant since, Instant until, List<Step> steps, FlagState now) {
    Incident {
        steps = List.copyOf(steps);
    }

    /**
     * @param entries newest first, as stores give them
     */
    static Incident of(
            String key, String environment, Instant since, Instant until, List<AuditEntry> entries, FlagState now) {
        List<Step> steps = new ArrayList<>();
        for (AuditEntry entry : entries) {
            steps.add(0, Step.of(key, entry));
        }
        return new Incident(key, environment, since, until, steps, now);
    }

    /**
     * One change.
     *
     * @param before the flag before it; as if it were not there where that cannot be understood
     */
    record Step(AuditEntry entry, FlagState before, FlagState after) {
        static Step of(String key, AuditEntry entry) {
            return new Step(
                    entry,
                    state(key, entry, entry.before().get(key)),
                    state(key, entry, entry.after().get(key)));
        }

        Percentage servedBefore() {
            return served(before);
        }

        Percentage servedAfter() {
            return served(after);
        }

        Exposure.ShareChange share() {
            return Exposure.share(before, after);
        }

        boolean lowers() {
            return servedAfter().compareTo(servedBefore()) < 0;
        }

        boolean raises() {
            return servedAfter().compareTo(servedBefore()) > 0;
        }
    }

    /** What users without a target or rule of their own are served: nobody while the flag is killed or disabled. */
    static Percentage served(FlagState state) {
        return state.kill().isPresent()
                ? Percentage.ZERO
                : state.definition()
                        .filter(FlagDefinition::enabled)
                        .filter(definition -> !definition.archived())
                        .map(FlagDefinition::percentage)
                        .orElse(Percentage.ZERO);
    }

    private static FlagState state(String key, AuditEntry entry, @Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> records)) {
            return FlagState.absent(key);
        }
        return new FlagState(
                key,
                records.get("revision") instanceof Long revision ? revision : 0,
                read(() -> FlagJson.definition(key, records.get("definition"))),
                read(() -> FlagJson.kill(key, records.get("kill"))),
                read(() -> FlagJson.rollout(key, records.get("rollout"))),
                entry.at(),
                entry.actor().name(),
                List.of());
    }

    private static <T> Optional<T> read(Supplier<T> record) {
        try {
            return Optional.of(record.get());
        } catch (InvalidFlagException e) {
            return Optional.empty(); // not there, or of a later version
        }
    }

    /**
     * A time in which the percentage stayed.
     *
     * @param to the end of the report for the last one
     */
    record Exposed(Instant from, Instant to, Percentage percentage) {
        Duration length() {
            return Duration.between(from, to);
        }
    }

    /** From the first change on; neighbours of one percentage are one. */
    List<Exposed> exposed() {
        List<Exposed> times = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            Instant from = steps.get(i).entry().at();
            Instant to = i + 1 < steps.size() ? steps.get(i + 1).entry().at() : until;
            Percentage percentage = steps.get(i).servedAfter();
            Exposed last = times.isEmpty() ? null : times.get(times.size() - 1);
            if (last != null && last.percentage().equals(percentage)) {
                times.set(times.size() - 1, new Exposed(last.from(), to, percentage));
            } else {
                times.add(new Exposed(from, to, percentage));
            }
        }
        return times;
    }

    Percentage highest() {
        return steps.stream()
                .flatMap(step -> Stream.of(step.servedBefore(), step.servedAfter()))
                .max(Percentage::compareTo)
                .orElse(served(now));
    }

    /** For how long somebody was served the treatment by percentage, since the first change. */
    Duration exposedFor() {
        return exposed().stream()
                .filter(time -> !time.percentage().isZero())
                .map(Exposed::length)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** The runs that the changes were about, each as it was last, oldest first. */
    List<RolloutRun> runs() {
        Map<String, RolloutRun> runs = new LinkedHashMap<>();
        for (Step step : steps) {
            boolean touched = !step.before().rollout().equals(step.after().rollout());
            step.after().rollout().filter(run -> touched).ifPresent(run -> runs.put(run.id(), run));
        }
        return List.copyOf(runs.values());
    }

    /**
     * A way down: one or more lowering changes in a row.
     *
     * @param first what began it
     * @param last what ended it
     * @param raise the raise before it, when that is in the report
     * @param off when nobody was served any more
     */
    record Retreat(Step first, Step last, Optional<Step> raise, Optional<Instant> off) {}

    List<Retreat> retreats() {
        List<Retreat> retreats = new ArrayList<>();
        Optional<Step> raise = Optional.empty();
        Step first = null;
        Step last = null;
        for (Step step : steps) {
            if (step.raises()) {
                if (first != null && last != null) {
                    retreats.add(retreat(first, last, raise));
                }
                first = null;
                raise = Optional.of(step);
            } else if (step.lowers()) {
                first = first == null ? step : first;
                last = step;
            }
        }
        if (first != null && last != null) {
            retreats.add(retreat(first, last, raise));
        }
        return retreats;
    }

    private static Retreat retreat(Step first, Step last, Optional<Step> raise) {
        return new Retreat(
                first,
                last,
                raise,
                last.servedAfter().isZero() ? Optional.of(last.entry().at()) : Optional.empty());
    }

    /**
     * A kill in the report.
     *
     * @param lifted empty while it is in force
     */
    record Killed(KillLatch latch, Optional<Step> lifted) {}

    List<Killed> kills() {
        List<Killed> kills = new ArrayList<>();
        for (Step step : steps) {
            boolean was = step.before().kill().isPresent();
            if (!was && step.after().kill().isPresent()) {
                kills.add(new Killed(step.after().kill().get(), Optional.empty()));
            } else if (was && step.after().kill().isEmpty()) {
                KillLatch latch = step.before().kill().get();
                kills.removeIf(kill -> kill.latch().equals(latch));
                kills.add(new Killed(latch, Optional.of(step)));
            }
        }
        return kills;
    }
}
