package dev.flags.env;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which variable belongs to which flag.
 *
 * @param prefixes tried in order; the longest that fits counts
 * @param keysByName variables with a key of their own
 */
record EnvNames(List<String> prefixes, Map<String, String> keysByName) {
    /** System properties that set a flag begin so, then comes the flag's key as it is. */
    static final String PROPERTY_PREFIX = "flags.";

    // what this product's own command line, launcher and library read, and what a controller gives to its hooks
    private static final Set<String> RESERVED = Set.of(
            "FLAGS_STORE",
            "FLAGS_ENVIRONMENT",
            "FLAGS_PROFILE",
            "FLAGS_ACTOR",
            "FLAGS_PASSWORD",
            "FLAGS_USER",
            "FLAGS_REDIS_USER",
            "FLAGS_REDIS_PASSWORD",
            "FLAGS_REDIS_SENTINEL_USER",
            "FLAGS_REDIS_SENTINEL_PASSWORD",
            "FLAGS_CONFIG",
            "FLAGS_HOME",
            "FLAGS_CACHE",
            "FLAGS_JAVA_OPTIONS",
            "FLAGS_FLAG",
            "FLAGS_EVENT",
            "FLAGS_EVENT_ID",
            "FLAGS_EVENT_AT",
            "FLAGS_EVENT_ACTOR",
            "FLAGS_EVENT_WHY",
            "FLAGS_EVENT_RUN",
            "FLAGS_EVENT_FROM",
            "FLAGS_EVENT_TO");
    private static final String RESERVED_PREFIX = "FLAGS_STORE_";

    /** The key of the flag that a variable sets; empty when it sets none. */
    Optional<String> keyOfVariable(String name) {
        String key = keysByName.get(name);
        if (key != null) {
            return Optional.of(key);
        }
        if (isReserved(name)) {
            return Optional.empty();
        }
        String best = "";
        for (String prefix : prefixes) {
            if (prefix.length() > best.length() && name.startsWith(prefix)) {
                best = prefix;
            }
        }
        return best.isEmpty() || best.length() == name.length()
                ? Optional.empty()
                : Optional.of(keyOf(name.substring(best.length())));
    }

    /** The key of the flag that a system property sets; empty when it sets none. */
    Optional<String> keyOfProperty(String name) {
        if (!name.startsWith(PROPERTY_PREFIX) || name.length() == PROPERTY_PREFIX.length()) {
            return Optional.empty();
        }
        String key = name.substring(PROPERTY_PREFIX.length());
        return isReserved("FLAGS_" + variableOf(key)) ? Optional.empty() : Optional.of(key);
    }

    /** {@code ATOMIC_PROJECTS} → {@code atomic-projects}. */
    static String keyOf(String variablePart) {
        return variablePart.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code atomic-projects} → {@code ATOMIC_PROJECTS}. */
    static String variableOf(String key) {
        return key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    private static boolean isReserved(String name) {
        return RESERVED.contains(name) || name.startsWith(RESERVED_PREFIX);
    }
}
