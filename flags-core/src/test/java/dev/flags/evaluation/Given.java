package dev.flags.evaluation;

import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.model.FlagJson;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import dev.flags.source.FlagOverride;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Layers and snapshots for tests, from documents in which a quotation mark is written as {@code '}. */
final class Given {
    private final String name;
    private final Map<String, LayerFlag> flags = new LinkedHashMap<>();
    private final Map<String, Segment> segments = new LinkedHashMap<>();
    private boolean complete;
    private long revision;

    private Given(String name) {
        this.name = name;
    }

    static Given layer(String name) {
        return new Given(name);
    }

    /** One layer, {@code store}, with these flags. */
    static Snapshot flags(String... documents) {
        Given layer = layer("store");
        for (String document : documents) {
            layer.flag(document);
        }
        return snapshot(layer);
    }

    static Snapshot snapshot(Given... layers) {
        return Snapshot.compile(contents(layers), new DecisionCounters());
    }

    static List<Snapshot.Layer> contents(Given... layers) {
        return java.util.Arrays.stream(layers).map(Given::content).toList();
    }

    Given flag(String document) {
        return flag(document, 0);
    }

    Given flag(String document, long atRevision) {
        var definition = FlagJson.definition(name, document.replace('\'', '"'));
        revision = Math.max(revision, atRevision);
        flags.put(definition.key(), LayerFlag.defined(definition, atRevision));
        return this;
    }

    Given segment(String document) {
        Segment segment = FlagJson.segment(name, document.replace('\'', '"'));
        segments.put(segment.name(), segment);
        return this;
    }

    Given override(String key, FlagOverride override) {
        flags.put(key, LayerFlag.overridden(override));
        return this;
    }

    Given kill(String key) {
        KillLatch latch = new KillLatch(Instant.EPOCH, "ann", "INC-431", false, Map.of());
        LayerFlag before = flags.get(key);
        flags.put(
                key,
                before == null
                        ? LayerFlag.killed(latch)
                        : new LayerFlag(
                                before.definition(),
                                before.override(),
                                Optional.of(latch),
                                before.malformed(),
                                before.revision()));
        return this;
    }

    Given malformed(String key) {
        flags.put(key, new LayerFlag(Optional.empty(), Optional.empty(), Optional.empty(), true, 0));
        return this;
    }

    Given complete() {
        complete = true;
        return this;
    }

    Snapshot.Layer content() {
        return new Snapshot.Layer(name, new LayerContent(revision, flags, segments, complete, Set.of(), List.of()));
    }

    static Decision decide(Snapshot snapshot, String key, EvaluationContext context) {
        return java.util.Objects.requireNonNull(snapshot.flag(key), key)
                .decide(context.targetingKey(), context, AttributeReader.OF_CONTEXT);
    }

    static Decision decide(Snapshot snapshot, String key, @Nullable String userId) {
        return decide(snapshot, key, EvaluationContext.of(userId));
    }

    /** A context of {@code user-1} with these attributes, name after name. */
    static EvaluationContext user(Object... namesAndValues) {
        var builder = EvaluationContext.builder("user-1");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.attribute((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    static List<String> paths(List<Problem> problems) {
        return problems.stream().map(Problem::path).toList();
    }
}
