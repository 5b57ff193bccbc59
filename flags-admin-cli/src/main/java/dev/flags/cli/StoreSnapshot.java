package dev.flags.cli;

import dev.flags.EvaluationContext;
import dev.flags.Explanation;
import dev.flags.evaluation.CompiledFlag;
import dev.flags.evaluation.DecisionCounters;
import dev.flags.evaluation.Memberships;
import dev.flags.evaluation.Snapshot;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import dev.flags.store.FlagStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A store's flags, or a file's, compiled once: the very evaluator that applications run, without threads to follow anything. */
final class StoreSnapshot {
    private final Snapshot snapshot;
    private final long revision;
    private final Optional<StoreMemberships> memberships;

    private StoreSnapshot(String layer, LayerContent content, Optional<StoreMemberships> memberships) {
        // of a file alone nobody can say who the imported members are, which is nothing wrong with the file
        Memberships known = memberships
                .<Memberships>map(asked -> asked)
                .orElse((segment, version) -> targetingKey -> Memberships.Known.UNKNOWN);
        this.memberships = memberships;
        this.snapshot = Snapshot.compile(List.of(new Snapshot.Layer(layer, content, known)), new DecisionCounters());
        this.revision = content.revision();
    }

    static StoreSnapshot of(FlagStore store) {
        Map<String, LayerFlag> flags = new LinkedHashMap<>();
        for (FlagState flag : store.flags()) {
            boolean malformed = flag.isMalformed();
            flags.put(
                    flag.key(),
                    new LayerFlag(flag.definition(), Optional.empty(), flag.kill(), malformed, flag.revision()));
        }
        return new StoreSnapshot(
                store.name(),
                new LayerContent(store.head().revision(), flags, store.segments(), false, Set.of(), List.of()),
                store.members().map(StoreMemberships::new));
    }

    static StoreSnapshot of(FlagFile file) {
        Map<String, LayerFlag> flags = new LinkedHashMap<>();
        for (FlagDefinition flag : file.flags()) {
            Optional<KillLatch> kill = Optional.ofNullable(file.kills().get(flag.key()));
            flags.put(flag.key(), new LayerFlag(Optional.of(flag), Optional.empty(), kill, false, 0));
        }
        Map<String, dev.flags.model.Segment> segments = new LinkedHashMap<>();
        file.segments().forEach(segment -> segments.put(segment.name(), segment));
        return new StoreSnapshot(
                "file", new LayerContent(0, flags, segments, false, Set.of(), List.of()), Optional.empty());
    }

    /** Asks the store who of these belongs to which large segment, all at once. */
    void lookUp(List<String> targetingKeys) {
        memberships.ifPresent(asked -> asked.lookUp(targetingKeys));
    }

    Snapshot compiled() {
        return snapshot;
    }

    long revision() {
        return revision;
    }

    /** What only shows when the flags are put together: unknown segments and operators, cycles, patterns. */
    List<Problem> problems() {
        return snapshot.problems();
    }

    Explanation explain(String key, EvaluationContext context) {
        CompiledFlag flag = snapshot.flag(key);
        if (flag == null) {
            return new Explanation(
                    new dev.flags.Decision(
                            key,
                            null,
                            null,
                            dev.flags.Reason.FLAG_NOT_FOUND,
                            null,
                            java.util.OptionalInt.empty(),
                            null,
                            0),
                    List.of(new Explanation.Step(
                            "flag", true, "archived, or not defined: applications get their own default")));
        }
        return flag.explain(context.targetingKey(), context, EvaluationContext::attribute);
    }
}
