package dev.flags.evaluation;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a condition or {@code bucketBy} finds its value: the targeting key, an attribute by name, or a JSON pointer (RFC 6901)
 * into nested maps and lists, whose first token is the attribute's name. Immutable.
 */
final class AttributePath {
    static final String TARGETING_KEY = "targetingKey";

    private static final String[] NO_TOKENS = {};

    private final String written;
    private final boolean isTargetingKey;
    private final String name;
    private final String[] below;

    private AttributePath(String written, boolean isTargetingKey, String name, String[] below) {
        this.written = written;
        this.isTargetingKey = isTargetingKey;
        this.name = name;
        this.below = below;
    }

    static AttributePath of(String written) {
        if (!written.startsWith("/")) {
            return new AttributePath(written, written.equals(TARGETING_KEY), written, NO_TOKENS);
        }
        String[] tokens = written.substring(1).split("/", -1);
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = tokens[i].replace("~1", "/").replace("~0", "~");
        }
        String[] below = new String[tokens.length - 1];
        System.arraycopy(tokens, 1, below, 0, below.length);
        return new AttributePath(written, false, tokens[0], below);
    }

    /** The value, or null when there is none or reading it throws. */
    @Nullable
    Object read(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        if (isTargetingKey) {
            return targetingKey == null || targetingKey.isEmpty() ? null : targetingKey;
        }
        if (subject == null) {
            return null;
        }
        try {
            Object value = attributes.read(subject, name);
            for (int i = 0; i < below.length && value != null; i++) {
                value = child(value, below[i]);
            }
            return value;
        } catch (Throwable thrownByTheApplication) {
            // its code, on its thread, in the middle of its request: no value is the only answer that harms nothing
            return null;
        }
    }

    private static @Nullable Object child(Object value, String token) {
        if (value instanceof Map<?, ?> map) {
            return map.get(token);
        }
        if (value instanceof List<?> list) {
            int index = index(token);
            return index >= 0 && index < list.size() ? list.get(index) : null;
        }
        if (value instanceof Object[] array) {
            int index = index(token);
            return index >= 0 && index < array.length ? array[index] : null;
        }
        return null;
    }

    /** An array index as RFC 6901 writes it: digits without leading zeros; -1 when it is none. */
    private static int index(String token) {
        if (token.isEmpty() || token.length() > 9 || (token.length() > 1 && token.charAt(0) == '0')) {
            return -1;
        }
        int index = 0;
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            index = index * 10 + (c - '0');
        }
        return index;
    }

    @Override
    public String toString() {
        return written;
    }
}
