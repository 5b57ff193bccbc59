package dev.flags.source;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns what a file says into a layer's content, with the last good form of what is malformed now. */
final class FileLayer {
    private FileLayer() {}

    /**
     * The layer's content.
     *
     * @param before what was served before; null at the first load
     */
    static LayerContent content(FlagFile.Parsed parsed, @Nullable LayerContent before) {
        Map<String, LayerFlag> known = before == null ? Map.of() : before.flags();
        Map<String, KillLatch> kills = new LinkedHashMap<>(parsed.good().kills());
        Map<String, LayerFlag> flags = new LinkedHashMap<>();
        for (FlagDefinition definition : parsed.good().flags()) {
            flags.put(definition.key(), flag(Optional.of(definition), kills.remove(definition.key()), false));
        }
        for (String key : parsed.malformedKeys()) {
            LayerFlag last = known.get(key);
            Optional<FlagDefinition> good = last == null ? Optional.empty() : last.definition();
            flags.put(key, flag(good, kills.remove(key), good.isEmpty()));
        }
        for (Map.Entry<String, KillLatch> kill : kills.entrySet()) {
            flags.put(kill.getKey(), flag(Optional.empty(), kill.getValue(), false));
        }
        Map<String, Segment> segments = new LinkedHashMap<>();
        for (Segment segment : parsed.good().segments()) {
            segments.put(segment.name(), segment);
        }
        if (before != null) {
            for (String name : parsed.malformedSegments()) {
                Segment last = before.segments().get(name);
                if (last != null) {
                    segments.put(name, last);
                }
            }
        }
        List<Problem> problems = parsed.problems();
        return new LayerContent(0, flags, segments, false, changed(known, flags), problems);
    }

    private static LayerFlag flag(Optional<FlagDefinition> definition, @Nullable KillLatch kill, boolean malformed) {
        return new LayerFlag(definition, Optional.empty(), Optional.ofNullable(kill), malformed, 0);
    }

    private static Set<String> changed(Map<String, LayerFlag> before, Map<String, LayerFlag> after) {
        Set<String> changed = new HashSet<>();
        for (Map.Entry<String, LayerFlag> flag : after.entrySet()) {
            if (!flag.getValue().equals(before.get(flag.getKey()))) {
                changed.add(flag.getKey());
            }
        }
        for (String key : before.keySet()) {
            if (!after.containsKey(key)) {
                changed.add(key);
            }
        }
        return changed;
    }
}
