package dev.flags.evaluation;

import dev.flags.model.Problem;
import dev.flags.source.FlagMap;
import dev.flags.source.LayerContent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * All flags of an environment at one moment, the layers merged, compiled. Immutable. Safe for use by multiple threads.
 *
 * <p>Merging: the first layer that defines a flag decides it; overrides of the layers above change what it says; a kill in any layer
 * wins; a layer that is complete turns off what it does not list, unless a layer above it says otherwise. Of segments, too, the first
 * layer's counts.
 */
public final class Snapshot {
    /** How the path of a segment's problem begins, before the segment's name; that of a flag's with its key, which has no space. */
    public static final String OF_SEGMENT = "segment ";

    /** How many flags that no layer lists are remembered under a complete layer. */
    private static final int MAX_UNLISTED = 1_000;

    final FlagMap<CompiledFlag> flags;
    final SegmentCompiler.Compiled segments;
    final List<LayerShape> shape;
    private final long revision;
    private final Set<String> changed;
    final DecisionCounters counters;
    private final @Nullable String completeLayer;

    /** The flags that have prerequisites: few, and the only ones to look at when others differ. */
    final Set<String> dependents;

    private final ConcurrentMap<String, CompiledFlag> unlisted = new ConcurrentHashMap<>();

    /** Worked out when it is first asked for. */
    private volatile @Nullable Map<Memberships, Set<String>> largeSegments;

    /**
     * One layer of the stack.
     *
     * @param name as decisions give it
     * @param content what it says
     * @param memberships where the members of its large segments are looked up
     */
    public record Layer(String name, LayerContent content, Memberships memberships) {
        /** A layer that keeps no members of large segments. */
        public Layer(String name, LayerContent content) {
            this(name, content, Memberships.NONE);
        }
    }

    /** What of a layer concerns every flag. */
    record LayerShape(String name, boolean complete) {}

    Snapshot(
            FlagMap<CompiledFlag> flags,
            SegmentCompiler.Compiled segments,
            List<LayerShape> shape,
            long revision,
            Set<String> changed,
            Set<String> dependents,
            DecisionCounters counters) {
        this.flags = flags;
        this.segments = segments;
        this.shape = shape;
        this.revision = revision;
        this.changed = changed;
        this.dependents = dependents;
        this.counters = counters;
        this.completeLayer = firstComplete(shape);
    }

    private static @Nullable String firstComplete(List<LayerShape> shape) {
        for (LayerShape layer : shape) {
            if (layer.complete()) {
                return layer.name();
            }
        }
        return null;
    }

    /** Compiles everything. */
    public static Snapshot compile(List<Layer> layers, DecisionCounters counters) {
        Snapshot nothing = new Snapshot(
                FlagMap.empty(),
                new SegmentCompiler.Compiled(Map.of(), List.of()),
                List.of(),
                0,
                Set.of(),
                Set.of(),
                counters);
        return nothing.recompile(layers, Set.of());
    }

    /**
     * Compiles what differs from this snapshot, and keeps the rest: a change of one flag among thousands costs about as much as that
     * flag.
     *
     * @param changedKeys the keys that may differ; empty: any may. Segments are always compared
     */
    public Snapshot recompile(List<Layer> layers, Set<String> changedKeys) {
        return new Recompilation(this, layers).compile(changedKeys);
    }

    /** The flag, or null when no layer knows it and none is complete. */
    public @Nullable CompiledFlag flag(@Nullable String key) {
        CompiledFlag flag = flags.get(key);
        return flag != null || completeLayer == null || key == null ? flag : unlisted(key, completeLayer);
    }

    private CompiledFlag unlisted(String key, String layer) {
        CompiledFlag known = unlisted.get(key);
        if (known != null) {
            return known;
        }
        CompiledFlag made = FlagCompiler.unlisted(key, layer, counters);
        if (unlisted.size() < MAX_UNLISTED) {
            unlisted.putIfAbsent(key, made);
        }
        return made;
    }

    /** All flags that a layer defines, overrides or kills, in no particular order. */
    public Collection<CompiledFlag> flags() {
        return Collections.unmodifiableCollection(flags.values());
    }

    /** The large segments that some flag looks at, by where their members are looked up. */
    public Map<Memberships, Set<String>> largeSegments() {
        Map<Memberships, Set<String>> known = largeSegments;
        if (known == null) {
            known = findLargeSegments();
            largeSegments = known;
        }
        return known;
    }

    private Map<Memberships, Set<String>> findLargeSegments() {
        Map<String, CompiledSegment> large = new HashMap<>(segments.segments());
        large.values().removeIf(segment -> !segment.isLarge());
        Map<Memberships, Set<String>> found = new HashMap<>();
        for (CompiledFlag flag : large.isEmpty() ? List.<CompiledFlag>of() : flags.values()) {
            for (String name : flag.parts().segments()) {
                CompiledSegment segment = large.get(name);
                if (segment != null) {
                    found.computeIfAbsent(segment.origin(), unused -> new HashSet<>())
                            .add(name);
                }
            }
        }
        found.replaceAll((unused, names) -> Set.copyOf(names));
        return Map.copyOf(found);
    }

    /**
     * Whether somebody belongs to a segment, and why; empty where no layer has the segment.
     *
     * @param targetingKey the subject's; null or empty when it has none
     */
    @SuppressWarnings("unchecked") // as in CompiledFlag
    public <S> Optional<SegmentMembership> membership(
            String segment, @Nullable String targetingKey, @Nullable S subject, AttributeReader<? super S> attributes) {
        return Optional.ofNullable(segments.segments().get(segment))
                .map(found -> SegmentMembership.of(found, targetingKey, subject, (AttributeReader<Object>) attributes));
    }

    /** What is wrong that only shows when flags and segments are put together, each with the flag or segment and the place in it. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(segments.problems());
        flags.values().stream()
                .filter(flag -> !flag.problems().isEmpty())
                .sorted(Comparator.comparing(CompiledFlag::key))
                .forEach(flag -> problems.addAll(flag.problems()));
        return problems;
    }

    /** The highest revision among the layers. */
    public long revision() {
        return revision;
    }

    /** The keys that may be served differently than by the snapshot that this one was compiled from; all of them for the first. */
    public Set<String> changed() {
        return changed;
    }
}
