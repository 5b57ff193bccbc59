package dev.flags.store;

import dev.flags.model.FlagState;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an environment holds at one revision, except its history. What a saved snapshot contains. Immutable.
 *
 * @param environment its name
 * @param head the revision
 * @param flags all flags, archived ones too
 * @param segments all segments
 * @param settings JSON text of {@link EnvironmentSettings}, or null when never set
 * @param missing what was committed and is gone, in a few words; empty when the state is whole
 */
public record StoredState(
        String environment,
        Head head,
        List<StoredFlag> flags,
        List<StoredSegment> segments,
        @Nullable String settings,
        Optional<String> missing) {
    public StoredState {
        flags = List.copyOf(flags);
        segments = List.copyOf(segments);
    }

    /** The flags as their texts are understood; one whose text cannot be has problems. */
    public List<FlagState> flagStates() {
        return flags.stream().map(Records::state).toList();
    }

    /** The settings as their text is understood; a text that cannot be protects the environment. */
    public EnvironmentSettings environmentSettings() {
        return Records.settings(settings);
    }

    /** A whole one. */
    public StoredState(
            String environment,
            Head head,
            List<StoredFlag> flags,
            List<StoredSegment> segments,
            @Nullable String settings) {
        this(environment, head, flags, segments, settings, Optional.empty());
    }
}
