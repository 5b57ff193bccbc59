package dev.flags.model;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One climb of one flag, as a record of its own beside the flag's definition. Immutable.
 *
 * @param id identifies the run
 * @param state where it stands
 * @param stage index of the current stage, from 0
 * @param stages the plan
 * @param startedAt by the store's clock
 * @param startedBy who
 * @param percentageBefore the flag's percentage before the run
 * @param manual whether a person promotes it; else a controller does
 * @param extra fields this version does not know, kept as they are
 */
public record RolloutRun(
        String id,
        State state,
        int stage,
        List<Stage> stages,
        Instant startedAt,
        String startedBy,
        Percentage percentageBefore,
        boolean manual,
        Map<String, Object> extra) {
    public RolloutRun {
        stages = List.copyOf(stages);
        extra = JsonValues.freeze(extra);
        if (stages.isEmpty() || stage < 0 || stage >= stages.size()) {
            throw new InvalidFlagException("rollout/stage", "must be the index of one of " + stages.size() + " stages");
        }
    }

    /**
     * One step of the climb.
     *
     * @param percentage what it serves
     * @param bake how long it must be observed healthy before the next; zero: as long as a person waits
     * @param extra fields this version does not know, kept as they are
     */
    public record Stage(Percentage percentage, Duration bake, Map<String, Object> extra) {
        public Stage {
            extra = JsonValues.freeze(extra);
        }

        public Stage(Percentage percentage, Duration bake) {
            this(percentage, bake, Map.of());
        }
    }

    /** Names as in documents and the command line. */
    public enum State {
        DRAFT,
        PREFLIGHT,
        BLOCKED,
        RUNNING,
        PAUSED,
        HOLDING,
        AWAITING_APPROVAL,
        SOAKING,
        COMPLETED,
        ROLLING_BACK,
        ROLLED_BACK,
        ABORTED,
        KILLED;

        /** Whether the run is over. */
        public boolean isFinal() {
            return this == COMPLETED || this == ROLLED_BACK || this == ABORTED || this == KILLED || this == BLOCKED;
        }
    }

    /**
     * The bounds by which instances judge how long calls take, for guards such as "p95 &gt; 10 s": the field {@code latencyBounds}, a
     * list of ISO durations. What is no positive duration is left out.
     */
    public List<Duration> latencyBounds() {
        return extra.get("latencyBounds") instanceof List<?> listed
                ? listed.stream().flatMap(bound -> duration(bound).stream()).toList()
                : List.of();
    }

    /** The bound by which the latency of both arms is compared at this stage: the field {@code latencyComparison}. */
    public Optional<Duration> latencyComparison() {
        return duration(extra.get("latencyComparison"));
    }

    /** Why it stands where it does, for a person: what it holds for, what it was rolled back for. Empty when nobody said. */
    public String why() {
        return extra.get("why") instanceof String why ? why : "";
    }

    /** When it ended, by the store's clock; empty while it is under way, and for a run that ended before this was kept. */
    public Optional<Instant> endedAt() {
        try {
            return extra.get("endedAt") instanceof String at ? Optional.of(Instant.parse(at)) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> duration(@Nullable Object text) {
        try {
            Duration duration = Duration.parse(String.valueOf(text));
            return duration.isNegative() || duration.isZero() ? Optional.empty() : Optional.of(duration);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** The same run in another state. */
    public RolloutRun in(State next) {
        return new RolloutRun(id, next, stage, stages, startedAt, startedBy, percentageBefore, manual, extra);
    }

    /** The same run at another stage. */
    public RolloutRun at(int nextStage) {
        return new RolloutRun(id, state, nextStage, stages, startedAt, startedBy, percentageBefore, manual, extra);
    }

    /** The same run, over. */
    public RolloutRun ended(State last, Instant at) {
        return in(last).with("endedAt", at.toString());
    }

    /**
     * The same run with a field of {@link #extra}.
     *
     * @param value a JSON value; an empty text removes the field
     */
    public RolloutRun with(String field, Object value) {
        Map<String, Object> fields = new LinkedHashMap<>(extra);
        if (value.equals("")) {
            fields.remove(field);
        } else {
            fields.put(field, value);
        }
        return new RolloutRun(id, state, stage, stages, startedAt, startedBy, percentageBefore, manual, fields);
    }
}
