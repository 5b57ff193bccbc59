package dev.flags.evaluation;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What a flag hashes: the targeting key, or the attribute that its {@code bucketBy} names. Immutable. */
final class BucketKey {
    static final BucketKey TARGETING_KEY = new BucketKey(null);

    private final @Nullable AttributePath path;

    private BucketKey(@Nullable AttributePath path) {
        this.path = path;
    }

    static BucketKey of(String bucketBy) {
        return bucketBy.equals(AttributePath.TARGETING_KEY) ? TARGETING_KEY : new BucketKey(AttributePath.of(bucketBy));
    }

    /** The key to hash; null when there is none, or an empty one. A number hashes as its shortest text. */
    @Nullable
    String read(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        if (path == null) {
            return targetingKey == null || targetingKey.isEmpty() ? null : targetingKey;
        }
        return ofAttribute(path.read(targetingKey, subject, attributes));
    }

    private static @Nullable String ofAttribute(@Nullable Object value) {
        if (value == null || value instanceof Collection || value.getClass().isArray()) {
            return null;
        }
        try {
            String text = Texts.of(value);
            return text == null || text.isEmpty() ? null : text;
        } catch (Throwable thrownByTheValue) {
            return null;
        }
    }

    /** What it is called, for a person. */
    String describe() {
        return path == null ? "targeting key" : path.toString();
    }
}
