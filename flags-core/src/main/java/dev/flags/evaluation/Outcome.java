package dev.flags.evaluation;

import dev.flags.Reason;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One of the few ways in which a flag can come out: made when the flag is compiled, so that evaluating returns one and makes
 * nothing. Safe for use by multiple threads.
 */
public final class Outcome {
    private final @Nullable String variant;
    private final @Nullable Object value;
    private final Reason reason;
    private final @Nullable String ruleId;
    private final @Nullable String layer;
    private final long revision;
    private final LongAdder counter;
    private final boolean isBoolean;
    private final boolean on;
    private volatile @Nullable Object companion;

    Outcome(
            @Nullable String variant,
            @Nullable Object value,
            Reason reason,
            @Nullable String ruleId,
            @Nullable String layer,
            long revision,
            LongAdder counter) {
        this.variant = variant;
        this.value = value;
        this.reason = reason;
        this.ruleId = ruleId;
        this.layer = layer;
        this.revision = revision;
        this.counter = counter;
        this.isBoolean = value instanceof Boolean;
        this.on = Boolean.TRUE.equals(value);
    }

    /** Counts that this was served. */
    public void count() {
        counter.increment();
    }

    /** Whether the value is the boolean true. */
    public boolean on() {
        return on;
    }

    /** Whether the value is a boolean. */
    public boolean isBoolean() {
        return isBoolean;
    }

    /** The served variant; null where the caller's default applies, and for a kill of a flag without a definition. */
    public @Nullable String variant() {
        return variant;
    }

    /** The served value; null where the caller's default applies. */
    public @Nullable Object value() {
        return value;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** The rule that matched. */
    public @Nullable String ruleId() {
        return ruleId;
    }

    /** The layer whose definition, override or kill decides. */
    public @Nullable String layer() {
        return layer;
    }

    /** That layer's revision of the flag. */
    public long revision() {
        return revision;
    }

    /** What was last given to {@link #accompany}; null when nothing was. */
    public @Nullable Object companion() {
        return companion;
    }

    /**
     * Keeps what belongs to this outcome for whoever counts calls: looking it up for each call would cost as much as a part of the
     * decision.
     */
    public void accompany(Object by) {
        companion = by;
    }

    @Override
    public String toString() {
        return variant + " (" + reason + (ruleId == null ? "" : " " + ruleId) + ")";
    }
}
