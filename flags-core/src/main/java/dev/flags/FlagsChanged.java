package dev.flags;

import java.util.Set;

/**
 * A new snapshot is being served. Immutable.
 *
 * @param revision the highest revision among the layers
 * @param keys the flags that are served differently, or were added or removed
 */
public record FlagsChanged(long revision, Set<String> keys) {
    public FlagsChanged {
        keys = Set.copyOf(keys);
    }
}
