package dev.flags.evaluation;

import dev.flags.model.Segment;
import dev.flags.source.FlagMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * From one snapshot and what the layers say now to the next snapshot: flags that differ are compiled, and those that look at what differs,
 * a segment or a prerequisite; all others are kept. Not thread-safe; confine it to one thread and one snapshot.
 */
final class Recompilation {
    private final Snapshot before;
    private final List<Snapshot.Layer> layers;

    /** Without those that have to be compiled, until they are. */
    private final FlagMap.Editor<CompiledFlag> kept;

    private final Map<String, EffectiveFlag> dirty = new LinkedHashMap<>();
    private final Set<String> differing = new HashSet<>();

    Recompilation(Snapshot before, List<Snapshot.Layer> layers) {
        this.before = before;
        this.layers = layers;
        this.kept = before.flags.edit();
    }

    /**
     * The next snapshot.
     *
     * @param changedKeys the keys that may differ; empty: any may
     */
    Snapshot compile(Set<String> changedKeys) {
        List<Snapshot.LayerShape> shape = new ArrayList<>(layers.size());
        long revision = 0;
        for (Snapshot.Layer layer : layers) {
            shape.add(new Snapshot.LayerShape(layer.name(), layer.content().complete()));
            revision = Math.max(revision, layer.content().revision());
        }
        boolean anyMayDiffer = changedKeys.isEmpty() || !shape.equals(before.shape);
        (anyMayDiffer ? keys() : changedKeys).forEach(this::compare);
        SegmentCompiler.Compiled segments = segments();
        addThoseThatLookAt(changedSegments(segments));
        if (!differing.isEmpty()) {
            addDependents();
        }
        new PrerequisiteOrder(dirty)
                .forEach((effective, cycle) -> kept.put(
                        effective.key(),
                        FlagCompiler.compile(effective, kept, segments.segments(), before.counters, cycle)));
        return new Snapshot(
                kept.toMap(),
                segments,
                shape,
                revision,
                Collections.unmodifiableSet(differing),
                dependents(),
                before.counters);
    }

    private Set<String> keys() {
        Set<String> keys = new HashSet<>(before.flags.keySet());
        layers.forEach(layer -> keys.addAll(layer.content().flags().keySet()));
        return keys;
    }

    private void compare(String key) {
        EffectiveFlag effective = EffectiveFlag.of(key, layers);
        CompiledFlag known = before.flags.get(key);
        if (known == null ? effective != null : !known.effective().equals(effective)) {
            differing.add(key);
            kept.remove(key);
            if (effective != null) {
                dirty.put(key, effective);
            }
        }
    }

    private SegmentCompiler.Compiled segments() {
        Map<String, CompiledSegment> known = before.segments.segments();
        Map<String, Segment> definitions = new LinkedHashMap<>();
        Map<String, Memberships> origins = new HashMap<>();
        for (Snapshot.Layer layer : layers) {
            layer.content().segments().forEach((name, segment) -> {
                if (definitions.putIfAbsent(name, segment) == null) {
                    origins.put(name, layer.memberships());
                }
            });
        }
        boolean same = definitions.size() == known.size()
                && definitions.entrySet().stream().allMatch(entry -> {
                    CompiledSegment segment = known.get(entry.getKey());
                    return segment != null && segment.isOf(entry.getValue(), origins.get(entry.getKey()));
                });
        return same ? before.segments : SegmentCompiler.compile(definitions, origins);
    }

    private Set<String> changedSegments(SegmentCompiler.Compiled after) {
        if (after.equals(before.segments)) {
            return Set.of();
        }
        Set<String> names = new HashSet<>(before.segments.segments().keySet());
        names.addAll(after.segments().keySet());
        names.removeIf(name -> {
            CompiledSegment older = before.segments.segments().get(name);
            CompiledSegment newer = after.segments().get(name);
            return older != null && newer != null && older.isOf(newer.definition(), newer.origin());
        });
        return names;
    }

    private void addThoseThatLookAt(Set<String> changedSegments) {
        if (changedSegments.isEmpty()) {
            return;
        }
        for (CompiledFlag flag : kept.toMap().values()) {
            if (!Collections.disjoint(flag.parts().segments(), changedSegments)) {
                recompile(flag);
            }
        }
    }

    private void recompile(CompiledFlag flag) {
        kept.remove(flag.key());
        dirty.put(flag.key(), flag.effective());
        differing.add(flag.key());
    }

    /** Whatever has, directly or not, a prerequisite that differs: a compiled flag holds its prerequisites. */
    private void addDependents() {
        Map<String, List<CompiledFlag>> byPrerequisite = new HashMap<>();
        for (String key : before.dependents) {
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
                    recompile(dependent);
                    next.add(dependent.key());
                }
            }
        }
    }

    /** The same set as before, unless one that differs has got prerequisites or lost them. */
    private Set<String> dependents() {
        Set<String> after = before.dependents;
        for (String key : differing) {
            CompiledFlag flag = kept.get(key);
            boolean depends = flag != null
                    && !FlagCompiler.prerequisitesOf(flag.effective()).isEmpty();
            if (depends != before.dependents.contains(key)) {
                after = after == before.dependents ? new HashSet<>(before.dependents) : after;
                if (depends) {
                    after.add(key);
                } else {
                    after.remove(key);
                }
            }
        }
        return after;
    }
}
