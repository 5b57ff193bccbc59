package dev.flags.source;

import dev.flags.FlagsStatus;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagKeys;
import dev.flags.model.KillLatch;
import dev.flags.model.Segment;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A layer in memory, which the application or a test changes. A change is served when the method that makes it returns. Safe for
 * use by multiple threads.
 */
public final class MemorySource implements FlagSource {
    private final String name;

    // guarded by this; listeners are called under the lock, so that they hear of changes in their order
    private final Map<String, LayerFlag> flags = new LinkedHashMap<>();
    private final Map<String, Segment> segments = new LinkedHashMap<>();
    private final List<SourceListener> listeners = new ArrayList<>();
    private long revision;

    /** A layer that says nothing yet. */
    public MemorySource(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Defines a flag or replaces its definition; a kill latch stays. */
    public synchronized MemorySource set(FlagDefinition definition) {
        LayerFlag before = flag(definition.key());
        return put(definition.key(), Optional.of(definition), Optional.empty(), before.kill());
    }

    /** Defines a segment or replaces it. */
    public synchronized MemorySource set(Segment segment) {
        segments.put(segment.name(), segment);
        revision++;
        tell(Set.of());
        return this;
    }

    /** Overrides what the layers below say of a flag. */
    public synchronized MemorySource override(String key, FlagOverride override) {
        LayerFlag before = flag(FlagKeys.require(key));
        return put(key, Optional.empty(), Optional.of(override), before.kill());
    }

    /** Latches a flag's kill switch, whether or not this layer defines the flag. */
    public synchronized MemorySource kill(String key, String reason) {
        LayerFlag before = flag(FlagKeys.require(key));
        KillLatch latch = new KillLatch(Clock.systemUTC().instant(), name, reason, false, Map.of());
        return put(key, before.definition(), before.override(), Optional.of(latch));
    }

    /** Lifts a kill switch. */
    public synchronized MemorySource unkill(String key) {
        LayerFlag before = flag(key);
        if (before.kill().isEmpty()) {
            return this;
        }
        return before.definition().isEmpty() && before.override().isEmpty()
                ? remove(key)
                : put(key, before.definition(), before.override(), Optional.empty());
    }

    /** Says nothing of this flag any more. */
    public synchronized MemorySource remove(String key) {
        if (flags.remove(key) != null) {
            revision++;
            tell(Set.of(key));
        }
        return this;
    }

    @Override
    public synchronized Subscription follow(FollowOptions options, SourceListener listener) {
        listeners.add(listener);
        tell(listener, Set.of());
        return () -> {
            synchronized (this) {
                listeners.remove(listener);
            }
        };
    }

    @Override
    public void close() {
        // holds nothing open
    }

    private LayerFlag flag(String key) {
        LayerFlag known = flags.get(key);
        return known == null
                ? new LayerFlag(Optional.empty(), Optional.empty(), Optional.empty(), false, revision)
                : known;
    }

    private MemorySource put(
            String key,
            Optional<FlagDefinition> definition,
            Optional<FlagOverride> override,
            Optional<KillLatch> kill) {
        revision++;
        flags.put(key, new LayerFlag(definition, override, kill, false, revision));
        tell(Set.of(key));
        return this;
    }

    private void tell(Set<String> changed) {
        listeners.forEach(listener -> tell(listener, changed));
    }

    private void tell(SourceListener listener, Set<String> changed) {
        listener.loaded(
                new LayerContent(revision, flags, segments, false, changed, List.of()),
                FlagsStatus.State.READY,
                Clock.systemUTC().instant());
    }
}
