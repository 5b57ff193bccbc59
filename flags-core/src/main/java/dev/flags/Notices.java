package dev.flags;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is worth one line in the log, once for each flag, written in the background. What is remembered is bounded. Safe for use
 * by multiple threads.
 */
final class Notices {
    private static final int MAX_REMEMBERED = 1_000;

    private final BackgroundTasks background;
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();
    private final Set<String> withoutKey = ConcurrentHashMap.newKeySet();
    private final Set<String> mistyped = ConcurrentHashMap.newKeySet();
    private final Set<String> unbound = ConcurrentHashMap.newKeySet();

    Notices(BackgroundTasks background) {
        this.background = background;
    }

    void unknownFlag(String key) {
        if (isFirst(unknown, key)) {
            background.submit(() -> Logs.RUNTIME.warn(
                    "no layer knows the flag '{}'; its callers get their defaults. Is it misspelt, or not created yet?",
                    printable(key)));
        }
    }

    void noTargetingKey(String key) {
        if (isFirst(withoutKey, key)) {
            background.submit(() -> Logs.RUNTIME.warn(
                    "flag '{}' is at a partial percentage and was asked for without a targeting key, which serves the off variant;"
                            + " call isEnabled(key, userId), or isEnabled(key, context) with a targeting key (and the attribute that"
                            + " the flag's bucketBy names, if it names one)",
                    printable(key)));
        }
    }

    void typeMismatch(String key) {
        if (isFirst(mistyped, key)) {
            background.submit(() -> Logs.RUNTIME.warn(
                    "flag '{}' was asked for a value of another type than its variants have; such callers get their defaults",
                    printable(key)));
        }
    }

    /** Says what could not be bound to which class; never the value. */
    void notBindable(String key, Class<?> type, String problem) {
        if (isFirst(unbound, key + " " + type.getName())) {
            background.submit(() -> Logs.RUNTIME.warn(
                    "the value of flag '{}' cannot be bound to {} ({}); its callers get their defaults",
                    printable(key),
                    type.getName(),
                    problem));
        }
    }

    private static boolean isFirst(Set<String> seen, String key) {
        // asked first without adding: it is the common case, and takes no lock
        return !seen.contains(key) && seen.size() < MAX_REMEMBERED && seen.add(key);
    }

    private static String printable(String key) {
        return Logs.printable(key, 100);
    }
}
