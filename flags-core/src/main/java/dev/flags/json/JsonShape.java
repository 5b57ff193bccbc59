package dev.flags.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What of a JSON document is to be read, for those who need little of it often: what is not in the shape is read over, and only has to be
 * JSON. What is no object where the shape has one is read whole. Immutable.
 */
public final class JsonShape {
    /** A value, whole. */
    public static final JsonShape VALUE = new JsonShape(Map.of(), null);

    /** A value, whole, as a {@link Part}; but null is null. */
    public static final JsonShape PART = new JsonShape(Map.of(), null);

    private final Map<String, JsonShape> members;
    private final @Nullable JsonShape each;

    private JsonShape(Map<String, JsonShape> members, @Nullable JsonShape each) {
        this.members = members;
        this.each = each;
    }

    /**
     * A value in a document.
     *
     * @param text as it stands there
     * @param value what {@link Json#parse} makes of it
     */
    public record Part(String text, Object value) {}

    /** An object of which these members are read, each in its shape. */
    public static JsonShape members(Map<String, JsonShape> members) {
        return new JsonShape(Map.copyOf(members), null);
    }

    /** An object of which each member is read in the same shape. */
    public static JsonShape each(JsonShape shape) {
        return new JsonShape(Map.of(), shape);
    }

    boolean isObject() {
        return this != VALUE && this != PART;
    }

    /** The shape of a member; null when it is to be read over. */
    @Nullable
    JsonShape member(String name) {
        return each == null ? members.get(name) : each;
    }
}
