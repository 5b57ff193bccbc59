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
import org.jspecify.annotations.Nullable;

/**
 * Flags in memory, changed by code: for tests, and for what an application decides itself. A change is served when the method
 * that makes it returns. Has no thread. Safe for use by multiple threads.
 */
public final class MemorySource implements FlagSource {
    private final String name;

    // guarded by this
    private final Map<String, LayerFlag> flags = new LinkedHashMap<>();
    private final Map<String, Segment> segments = new LinkedHashMap<>();
    private final List<Following> followings = new ArrayList<>();

    private record Following(SourceListener listener, Clock clock) {}

    /**
     * An empty layer.
     *
     * @param name as decisions give it
     */
    public MemorySource(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Defines a flag, or replaces its definition; an override or a kill of it stays. */
    public synchronized MemorySource set(FlagDefinition definition) {
        LayerFlag now = flags.get(definition.key());
        return put(definition.key(), Optional.of(definition), override(now), kill(now));
    }

    /** Defines a segment, or replaces its definition. */
    public synchronized MemorySource set(Segment segment) {
        segments.put(segment.name(), segment);
        tell(Set.of());
        return this;
    }

    /** Removes a flag's definition and override; a kill of it stays. */
    public synchronized MemorySource remove(String key) {
        return put(key, Optional.empty(), Optional.empty(), kill(flags.get(key)));
    }

    /** Latches a flag's kill switch, whether this layer defines the flag or not. */
    public synchronized MemorySource kill(String key, String reason) {
        FlagKeys.require(key);
        LayerFlag now = flags.get(key);
        Clock clock =
                followings.isEmpty() ? Clock.systemUTC() : followings.get(0).clock();
        KillLatch latch = new KillLatch(clock.instant(), name, reason, false, Map.of());
        return put(key, definition(now), override(now), Optional.of(latch));
    }

    /** Lifts this layer's kill of a flag. */
    public synchronized MemorySource unkill(String key) {
        LayerFlag now = flags.get(key);
        return put(key, definition(now), override(now), Optional.empty());
    }

    /** Changes what lower layers define of a flag; null ends that. */
    public synchronized MemorySource override(String key, @Nullable FlagOverride override) {
        FlagKeys.require(key);
        LayerFlag now = flags.get(key);
        return put(key, definition(now), Optional.ofNullable(override), kill(now));
    }

    private MemorySource put(
            String key,
            Optional<FlagDefinition> definition,
            Optional<FlagOverride> override,
            Optional<KillLatch> kill) {
        if (definition.isEmpty() && override.isEmpty() && kill.isEmpty()) {
            flags.remove(key);
        } else {
            flags.put(key, new LayerFlag(definition, override, kill, false, 0));
        }
        tell(Set.of(key));
        return this;
    }

    private static Optional<FlagDefinition> definition(@Nullable LayerFlag flag) {
        return flag == null ? Optional.empty() : flag.definition();
    }

    private static Optional<FlagOverride> override(@Nullable LayerFlag flag) {
        return flag == null ? Optional.empty() : flag.override();
    }

    private static Optional<KillLatch> kill(@Nullable LayerFlag flag) {
        return flag == null ? Optional.empty() : flag.kill();
    }

    private void tell(Set<String> changed) {
        for (Following following : followings) {
            tell(following, changed);
        }
    }

    private void tell(Following following, Set<String> changed) {
        LayerContent content = new LayerContent(0, flags, segments, false, changed, List.of());
        following
                .listener()
                .loaded(content, FlagsStatus.State.READY, following.clock().instant());
    }

    @Override
    public synchronized Subscription follow(FollowOptions options, SourceListener listener) {
        Following following = new Following(listener, options.clock());
        followings.add(following);
        tell(following, Set.of());
        return () -> {
            synchronized (this) {
                followings.remove(following);
            }
        };
    }

    @Override
    public void close() {
        // holds nothing but memory
    }
}
