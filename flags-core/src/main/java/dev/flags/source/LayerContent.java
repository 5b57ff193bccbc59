package dev.flags.source;

import dev.flags.model.Problem;
import dev.flags.model.Segment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that one layer says at one revision. Immutable.
 *
 * @param revision the environment's revision; 0 for layers without revisions
 * @param flags by key; copied, but for a {@link FlagMap}, which nobody can change
 * @param segments by name
 * @param complete whether flags that this layer does not list are off, whatever lower layers say
 * @param changed the keys that may differ from the content handed on before; empty: any may. Lets a big layer be compiled in
 *     part
 * @param problems what is wrong with it
 */
public record LayerContent(
        long revision,
        Map<String, LayerFlag> flags,
        Map<String, Segment> segments,
        boolean complete,
        Set<String> changed,
        List<Problem> problems) {
    public LayerContent {
        flags = flags instanceof FlagMap ? flags : Collections.unmodifiableMap(new LinkedHashMap<>(flags));
        segments = Collections.unmodifiableMap(new LinkedHashMap<>(segments));
        changed = Set.copyOf(changed);
        problems = List.copyOf(problems);
    }

    /** A layer that says nothing. */
    public static LayerContent empty() {
        return new LayerContent(0, Map.of(), Map.of(), false, Set.of(), List.of());
    }
}
