package dev.flags;

import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.DecisionCounters;
import dev.flags.evaluation.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Counts every decision of one {@link Flags}, and tells once where callers get what they may not expect. Safe for use by multiple
 * threads.
 */
final class Counting {
    private static final String NULL_KEY = "(null)";

    final DecisionCounters counters = new DecisionCounters();
    private final Notices notices;

    Counting(Notices notices) {
        this.notices = notices;
    }

    /** What the flag came out as is what the caller gets. */
    void served(CompiledFlag flag, Outcome outcome) {
        outcome.count();
        if (outcome.reason() == Reason.NO_TARGETING_KEY) {
            withoutKey(flag);
        }
    }

    private void withoutKey(CompiledFlag flag) {
        if (flag.isPartial()) {
            notices.noTargetingKey(flag.key());
        }
    }

    /** The flag is known, and yet the caller gets the default: nothing is served, or a value of another type. */
    void defaulted(CompiledFlag flag, Outcome outcome) {
        if (outcome.variant() == null) {
            outcome.count();
        } else {
            counters.countDefault(flag.key());
            notices.typeMismatch(flag.key());
        }
    }

    /**
     * No layer knows the flag.
     *
     * @param ready whether a layer has loaded; before that every flag is unknown, which is worth no line
     */
    void unknown(@Nullable String key, boolean ready) {
        String asked = nameOf(key);
        counters.countUnknown(asked);
        if (ready) {
            notices.unknownFlag(asked);
        }
    }

    /** What a key is called that may be null, which is one that no layer knows. */
    static String nameOf(@Nullable String key) {
        return key == null ? NULL_KEY : key;
    }
}
