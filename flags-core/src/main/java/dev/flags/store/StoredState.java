package dev.flags.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an environment holds at one revision, except its history. What a saved snapshot contains.
 *
 * @param environment its name
 * @param head the revision
 * @param flags all flags, archived ones too
 * @param segments all segments
 * @param settings JSON text of {@link EnvironmentSettings}, or null when never set
 */
public record StoredState(
        String environment,
        Head head,
        List<StoredFlag> flags,
        List<StoredSegment> segments,
        @Nullable String settings) {
    public StoredState {
        flags = List.copyOf(flags);
        segments = List.copyOf(segments);
    }
}
