package dev.flags.evaluation;

import dev.flags.model.Problem;
import dev.flags.model.Segment;
import dev.flags.source.FlagMap;
import dev.flags.source.LayerContent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * <p>Merging: the first layer that defines a flag decides it; overrides of the layers above change what it says; a kill in any layer wins;
 * a layer that is complete turns off what it does not list, unless a layer above it says otherwise. Of segments, too, the first layer's counts.
 */
public final class Snapshot {
    /** How many flags that no layer lists are remembered under a complete layer. */
    private static final int MAX_UNLISTED = 1_000;

    private final FlagMap<CompiledFlag> flags;
    private final SegmentCompiler.Compiled segments;
    private final List<LayerShape> shape;
    private final long revision;
    private final Set<String> changed;
    private final DecisionCounters counters;
    private final @Nullable String completeLayer;

    /** The flags that have prerequisites: few, and the only ones to look at when others differ. */
    private final Set<String> dependents;

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
    private record LayerShape(String name, boolean complete) {}

    private Snapshot(
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
        List<LayerShape> newShape = layers.stream()
                .map(layer -> new LayerShape(layer.name(), layer.content().complete()))
                .toList();
        boolean anyMayDiffer = changedKeys.isEmpty() || !newShape.equals(shape);
        FlagMap.Editor<CompiledFlag> kept = flags.edit();
        Map<String, EffectiveFlag> dirty = new LinkedHashMap<>();
        Set<String> differing = new HashSet<>();
        for (String key : anyMayDiffer ? keysOf(layers) : changedKeys) {
            EffectiveFlag effective = EffectiveFlag.of(key, layers);
            CompiledFlag before = flags.get(key);
            if (before == null ? effective != null : !before.effective().equals(effective)) {
                differing.add(key);
                kept.remove(key);
                if (effective != null) {
                    dirty.put(key, effective);
                }
            }
        }
        SegmentCompiler.Compiled newSegments = segments(layers);
        Set<String> changedSegments = changedSegments(newSegments);
        for (CompiledFlag flag : changedSegments.isEmpty()
                ? List.<CompiledFlag>of()
                : kept.toMap().values()) {
            if (!Collections.disjoint(flag.parts().segments(), changedSegments)) {
                kept.remove(flag.key());
                dirty.put(flag.key(), flag.effective());
                differing.add(flag.key());
            }
        }
        if (!differing.isEmpty()) {
            addDependents(kept, dirty, differing);
        }
        new PrerequisiteOrder(dirty)
                .forEach((effective, cycle) -> kept.put(
                        effective.key(),
                        FlagCompiler.compile(effective, kept, newSegments.segments(), counters, cycle)));
        long newRevision = layers.stream()
                .mapToLong(layer -> layer.content().revision())
                .max()
                .orElse(0);
        return new Snapshot(
                kept.toMap(),
                newSegments,
                newShape,
                newRevision,
                Collections.unmodifiableSet(differing),
                dependentsAfter(differing, kept),
                counters);
    }

    /** The same set, unless one that differs has got prerequisites or lost them. */
    private Set<String> dependentsAfter(Set<String> differing, FlagMap.Editor<CompiledFlag> compiled) {
        Set<String> after = dependents;
        for (String key : differing) {
            CompiledFlag flag = compiled.get(key);
            boolean depends = flag != null
                    && !FlagCompiler.prerequisitesOf(flag.effective()).isEmpty();
            if (depends != dependents.contains(key)) {
                after = after == dependents ? new HashSet<>(dependents) : after;
                if (depends) {
                    after.add(key);
                } else {
                    after.remove(key);
                }
            }
        }
        return after;
    }

    private Set<String> keysOf(List<Layer> layers) {
        Set<String> keys = new HashSet<>(flags.keySet());
        layers.forEach(layer -> keys.addAll(layer.content().flags().keySet()));
        return keys;
    }

    /** Moves to dirty whatever has, directly or not, a prerequisite that differs: a compiled flag holds its prerequisites. */
    private void addDependents(
            FlagMap.Editor<CompiledFlag> kept, Map<String, EffectiveFlag> dirty, Set<String> differing) {
        Map<String, List<CompiledFlag>> byPrerequisite = new HashMap<>();
        for (String key : dependents) {
            CompiledFlag flag = kept.get(key);
            if (flag != null) {
                FlagCompiler.prerequisitesOf(flag.effective())
                        .forEach(prerequisite -> byPrerequisite
                                .computeIfAbsent(prerequisite, unused -> new ArrayList<>())
                                .add(flag));
            }
        }
        List<String> next = new ArrayList<>(byPrerequisite.isEmpty() ? Set.of() : differing);
        while (!next.isEmpty()) {
            for (CompiledFlag dependent : byPrerequisite.getOrDefault(next.remove(next.size() - 1), List.of())) {
                if (kept.get(dependent.key()) != null) {
                    kept.remove(dependent.key());
                    dirty.put(dependent.key(), dependent.effective());
                    differing.add(dependent.key());
                    next.add(dependent.key());
                }
            }
        }
    }

    private SegmentCompiler.Compiled segments(List<Layer> layers) {
        Map<String, Segment> definitions = new LinkedHashMap<>();
        Map<String, Memberships> origins = new HashMap<>();
        for (Layer layer : layers) {
            layer.content().segments().forEach((name, segment) -> {
                if (definitions.putIfAbsent(name, segment) == null) {
                    origins.put(name, layer.memberships());
                }
            });
        }
        boolean same = definitions.size() == segments.segments().size()
                && definitions.entrySet().stream().allMatch(entry -> {
                    CompiledSegment before = segments.segments().get(entry.getKey());
                    return before != null
                            && before.definition().equals(entry.getValue())
                            && before.origin().equals(origins.get(entry.getKey()));
                });
        return same ? segments : SegmentCompiler.compile(definitions, origins);
    }

    private Set<String> changedSegments(SegmentCompiler.Compiled after) {
        if (after.equals(segments)) {
            return Set.of();
        }
        Set<String> names = new HashSet<>(segments.segments().keySet());
        names.addAll(after.segments().keySet());
        names.removeIf(name -> {
            CompiledSegment older = segments.segments().get(name);
            CompiledSegment newer = after.segments().get(name);
            return older != null
                    && newer != null
                    && older.definition().equals(newer.definition())
                    && older.origin().equals(newer.origin());
        });
        return names;
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
                .sorted(java.util.Comparator.comparing(CompiledFlag::key))
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
