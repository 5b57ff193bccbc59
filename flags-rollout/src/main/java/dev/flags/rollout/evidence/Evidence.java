package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that was learnt of one run so far. Each final row is used exactly once, however often it is read. Not thread-safe; confine it
 * to one thread.
 */
public final class Evidence {
    private final String run;

    private Evidence(String run) {
        this.run = run;
    }

    /** Nothing yet. */
    public static Evidence of(String run) {
        return new Evidence(run);
    }

    /**
     * What {@link #toJson} wrote.
     *
     * @throws dev.flags.FlagsException when it is something else, or of a later version
     */
    public static Evidence parse(String json) {
        throw new UnsupportedOperationException(json);
    }

    /** The run's id. */
    public String run() {
        return run;
    }

    /** From when rows have to be read next, by the store's clock. */
    public Instant readFrom(Instant now) {
        throw new UnsupportedOperationException();
    }

    /** Takes in what was read. Rows that were used before, and those that are not final yet, are passed over. */
    public void absorb(List<OutcomeRow> rows, Instant now) {
        throw new UnsupportedOperationException();
    }

    /**
     * What the guards say that stand on rows: all but {@link dev.flags.rollout.Guard.Measured}.
     *
     * @param stageSince when the current percentage came into force: a window before it proves nothing
     */
    public List<Verdict> judge(RolloutPlan plan, Instant stageSince, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** What the conditions for advancing say. */
    public List<Verdict> advance(RolloutPlan plan, Instant stageSince, Instant now) {
        throw new UnsupportedOperationException();
    }

    /** How many instances report now. */
    public long instances() {
        throw new UnsupportedOperationException();
    }

    /** Users a second in both arms together, over the last minute. */
    public double usersPerSecond() {
        throw new UnsupportedOperationException();
    }

    /** The bound by which latency is to be compared at the next stage: the pooled p95 of this one; empty without enough calls. */
    public Optional<Duration> latencyComparison(Instant stageSince) {
        throw new UnsupportedOperationException();
    }

    /** Rows that came too late or could not be used, for a person; empty when there are none. */
    public List<String> losses() {
        throw new UnsupportedOperationException();
    }

    /** As JSON, for {@link #parse}. */
    public String toJson() {
        throw new UnsupportedOperationException();
    }
}
