package dev.flags.evaluation;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads attributes for one evaluation, and notes the large segments of which the membership was asked and not known. Not
 * thread-safe; confine it to one thread.
 */
final class UnknownMemberships implements AttributeReader<Object> {
    private final AttributeReader<Object> attributes;
    private final Set<String> segments = new LinkedHashSet<>();

    UnknownMemberships(AttributeReader<Object> attributes) {
        this.attributes = attributes;
    }

    @Override
    public @Nullable Object read(Object subject, String name) {
        return attributes.read(subject, name);
    }

    /** Notes a segment, where somebody takes notes. */
    static void note(AttributeReader<Object> attributes, String segment) {
        if (attributes instanceof UnknownMemberships notes) {
            notes.segments.add(segment);
        }
    }

    /** What was noted. */
    static Set<String> notedBy(AttributeReader<?> attributes) {
        return attributes instanceof UnknownMemberships notes ? Set.copyOf(notes.segments) : Set.of();
    }
}
