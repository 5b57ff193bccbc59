package dev.flags.store;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.InvalidFlagException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an environment demands of those who change it. As JSON {@code {"schema": 1, "protected": true}}.
 *
 * @param isProtected every change needs a reason, and one that raises exposure needs a confirmation
 * @param extra fields this version does not know, kept as they are
 */
public record EnvironmentSettings(boolean isProtected, Map<String, Object> extra) {
    public static final EnvironmentSettings DEFAULT = new EnvironmentSettings(false, Map.of());

    public EnvironmentSettings {
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
    }

    /**
     * Reads them from JSON.
     *
     * @param path where they are, for problems
     * @param text JSON
     * @throws InvalidFlagException when it is no such document, or one made by a newer version
     */
    public static EnvironmentSettings parse(String path, String text) {
        Object tree;
        try {
            tree = Json.parse(text);
        } catch (JsonException e) {
            throw new InvalidFlagException(path, String.valueOf(e.getMessage()));
        }
        if (!(tree instanceof Map)) {
            throw new InvalidFlagException(path, "must be an object");
        }
        Map<String, Object> fields = new LinkedHashMap<>();
        ((Map<?, ?>) tree).forEach((name, value) -> fields.put(String.valueOf(name), value));
        Object schema = fields.remove("schema");
        if (schema != null && !schema.equals(1L)) {
            throw new InvalidFlagException(
                    path + "/schema", "must be 1, was " + schema + "; a newer version may have made it");
        }
        Object isProtected = fields.remove("protected");
        if (isProtected != null && !(isProtected instanceof Boolean)) {
            throw new InvalidFlagException(path + "/protected", "must be true or false");
        }
        return new EnvironmentSettings(Boolean.TRUE.equals(isProtected), fields);
    }

    /** Compact JSON text. */
    public String write() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", 1L);
        tree.put("protected", isProtected);
        extra.forEach(tree::putIfAbsent);
        return Json.write(tree);
    }
}
