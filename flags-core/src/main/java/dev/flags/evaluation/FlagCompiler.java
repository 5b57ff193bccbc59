package dev.flags.evaluation;

import dev.flags.Reason;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.model.Prerequisite;
import dev.flags.model.Problem;
import dev.flags.model.Rule;
import dev.flags.model.Split;
import dev.flags.model.Target;
import dev.flags.source.FlagMap;
import dev.flags.source.FlagOverride;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Compiles one flag. Not thread-safe; confine it to one thread and one flag. */
final class FlagCompiler {
    /** How many flags one evaluation may touch: prerequisites of prerequisites can double at every level. */
    static final int MAX_WORK = 200;

    private final EffectiveFlag effective;
    private final DecisionCounters counters;
    private final FlagDefinition definition;
    private final Overridden overridden;
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, LongAdder> adders = new HashMap<>();

    private FlagCompiler(EffectiveFlag effective, DecisionCounters counters) {
        this.effective = effective;
        this.counters = counters;
        // an override of a flag that nobody defines makes a boolean flag of that key
        this.definition = effective.definition() != null
                ? effective.definition()
                : FlagDefinition.builder(effective.key()).build();
        this.overridden = Overridden.of(effective, definition, problems);
    }

    /**
     * Compiles a flag whose prerequisites are compiled.
     *
     * @param compiled the flags that prerequisites are looked up in
     * @param cycle the cycle of prerequisites that the flag is part of or leads to; null when there is none
     */
    static CompiledFlag compile(
            EffectiveFlag effective,
            FlagMap.Editor<CompiledFlag> compiled,
            Map<String, CompiledSegment> segments,
            DecisionCounters counters,
            @Nullable String cycle) {
        FlagCompiler compiler = new FlagCompiler(effective, counters);
        return new CompiledFlag(effective, compiler.parts(compiled, segments, cycle));
    }

    private CompiledFlag.Parts parts(
            FlagMap.Editor<CompiledFlag> compiled, Map<String, CompiledSegment> segments, @Nullable String cycle) {
        ConditionCompiler conditions =
                new ConditionCompiler((name, report) -> SegmentCompiler.find(segments, name, report), problems);
        Outcome prerequisiteFailed = defined(definition.offVariant(), Reason.PREREQUISITE_FAILED, null);
        Outcome fixed = fixed();
        int work = 1;
        List<CompiledPrerequisite> prerequisites = new ArrayList<>();
        if (cycle != null) {
            problem("prerequisites", "form or lead to a cycle: " + cycle + "; the off variant is served");
            work = MAX_WORK + 1;
        } else {
            work = prerequisites(compiled, prerequisites);
        }
        if (fixed == null && prerequisites.size() < definition.prerequisites().size()) {
            fixed = prerequisiteFailed;
        }
        return new CompiledFlag.Parts(
                fixed,
                fixed != null ? List.of() : List.copyOf(prerequisites),
                prerequisiteFailed,
                targets(),
                rules(conditions),
                remainder(),
                conditions.looksAt(),
                looksAtLargeSegments(conditions.looksAt(), segments, prerequisites),
                work,
                List.copyOf(problems));
    }

    private static boolean looksAtLargeSegments(
            Set<String> looksAt, Map<String, CompiledSegment> segments, List<CompiledPrerequisite> prerequisites) {
        for (String name : looksAt) {
            CompiledSegment segment = segments.get(name);
            if (segment != null && segment.isLarge()) {
                return true;
            }
        }
        for (CompiledPrerequisite prerequisite : prerequisites) {
            if (prerequisite.flag().parts().looksAtLargeSegments()) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Outcome fixed() {
        EffectiveFlag.Killed kill = effective.kill();
        boolean isDefined = effective.definition() != null
                || (!effective.malformed() && !effective.overrides().isEmpty());
        if (kill != null) {
            return isDefined
                    ? outcome(definition.offVariant(), Reason.KILLED, null, kill.layer(), kill.revision())
                    : valueless(false, Reason.KILLED, kill.layer(), kill.revision());
        }
        if (effective.malformed()) {
            // nothing is known of its variants; yet who says off means it
            return !effective.overrides().isEmpty() && lastOverride() instanceof FlagOverride.Off
                    ? valueless(false, Reason.DISABLED, overridden.layer(), overridden.revision())
                    : valueless(null, Reason.MALFORMED_FLAG, effective.layer(), effective.revision());
        }
        return overridden.enabled() ? null : overridable(definition.offVariant(), Reason.DISABLED);
    }

    private FlagOverride lastOverride() {
        return effective.overrides().get(effective.overrides().size() - 1).override();
    }

    private int prerequisites(FlagMap.Editor<CompiledFlag> compiled, List<CompiledPrerequisite> into) {
        int work = 1;
        for (int i = 0; i < definition.prerequisites().size(); i++) {
            Prerequisite prerequisite = definition.prerequisites().get(i);
            CompiledFlag flag = compiled.get(prerequisite.flag());
            if (flag == null) {
                problem(
                        "prerequisites/" + i + "/flag",
                        "there is no flag '" + prerequisite.flag() + "'; the off variant is served");
                continue;
            }
            FlagDefinition other = flag.effective().definition();
            if (other != null
                    && prerequisite.variant().isPresent()
                    && !other.variants().containsKey(prerequisite.variant().get())) {
                problem(
                        "prerequisites/" + i + "/variant",
                        "'" + prerequisite.flag() + "' has no variant '"
                                + prerequisite.variant().get() + "'; the off variant is served");
            }
            work += flag.parts().work();
            if (work > MAX_WORK) {
                problem(
                        "prerequisites/" + i + "/flag",
                        "'" + prerequisite.flag() + "' leads to a cycle or to more than " + MAX_WORK
                                + " flags; the off variant is served");
                return MAX_WORK + 1;
            }
            into.add(new CompiledPrerequisite(
                    flag,
                    prerequisite.variant().orElse(null),
                    other != null ? other.offVariant() : flag.effective().malformed() ? null : "off"));
        }
        return work;
    }

    private Map<String, Outcome> targets() {
        if (definition.targets().isEmpty()) {
            return Map.of();
        }
        Map<String, Outcome> outcomes = new HashMap<>();
        for (Target target : definition.targets()) {
            Outcome outcome = defined(target.variant(), Reason.TARGET, null);
            target.keys().forEach(key -> outcomes.putIfAbsent(key, outcome));
        }
        return outcomes;
    }

    private List<CompiledRule> rules(ConditionCompiler conditions) {
        if (definition.rules().isEmpty()) {
            return List.of();
        }
        BucketKey bucketKey = bucketKey();
        Outcome withoutKey = defined(definition.offVariant(), Reason.NO_TARGETING_KEY, null);
        List<CompiledRule> rules = new ArrayList<>();
        for (int i = 0; i < definition.rules().size(); i++) {
            Rule rule = definition.rules().get(i);
            Matcher[] matchers = conditions.compile(
                    rule.conditions(),
                    effective.key() + "#/rules/" + i + "/conditions",
                    share -> new ShareMatcher(
                            Bucketing.of(definition.effectiveSalt() + "/rule/" + rule.id()),
                            bucketKey,
                            share.percentage(),
                            share.negate()));
            Optional<Split> several = rule.serve().split().filter(s -> s.parts().size() > 1);
            Optional<String> single = rule.serve()
                    .variant()
                    .or(() -> rule.serve().split().map(s -> s.parts().get(0).variant()));
            rules.add(new CompiledRule(
                    rule.id(),
                    matchers,
                    several.isPresent() ? null : defined(single.orElseThrow(), Reason.RULE, rule.id()),
                    several.map(s -> SplitPlan.of(
                                    definition.effectiveSalt(), s, variant -> defined(variant, Reason.RULE, rule.id())))
                            .orElse(null),
                    bucketKey,
                    withoutKey));
        }
        return rules;
    }

    private Remainder remainder() {
        Percentage percentage = overridden.percentage();
        boolean isPartial = !percentage.isZero() && !percentage.isFull();
        Reason reason = isPartial ? Reason.PERCENTAGE : Reason.DEFAULT;
        Outcome control = overridable(definition.offVariant(), reason);
        Optional<Split> several = overridden.split().filter(s -> s.parts().size() > 1);
        Optional<String> single =
                overridden.split().map(s -> s.parts().get(0).variant()).or(overridden::treatment);
        return new Remainder(
                percentage.buckets(),
                Bucketing.of(definition.effectiveSalt()),
                bucketKey(),
                control,
                several.isEmpty() && single.isPresent() ? overridable(single.get(), reason) : control,
                several.map(s -> SplitPlan.of(
                                definition.effectiveSalt(), s, variant -> overridable(variant, Reason.SPLIT)))
                        .orElse(null),
                overridable(definition.offVariant(), Reason.NO_TARGETING_KEY));
    }

    private BucketKey bucketKey() {
        return definition.bucketBy().map(BucketKey::of).orElse(BucketKey.TARGETING_KEY);
    }

    /** Decided by what the definition says. */
    private Outcome defined(String variant, Reason reason, @Nullable String ruleId) {
        String by = effective.layer() == null ? overridden.layer() : effective.layer();
        return outcome(variant, reason, ruleId, by, effective.revision());
    }

    /** Decided by what an override can change: by the last one, when there is any. */
    private Outcome overridable(String variant, Reason reason) {
        return outcome(variant, reason, null, overridden.layer(), overridden.revision());
    }

    private Outcome outcome(
            String variant, Reason reason, @Nullable String ruleId, @Nullable String by, long atRevision) {
        return new Outcome(
                variant, definition.variants().get(variant), reason, ruleId, by, atRevision, counter(variant));
    }

    private Outcome valueless(@Nullable Object value, Reason reason, @Nullable String by, long atRevision) {
        return new Outcome(null, value, reason, null, by, atRevision, counter(DecisionCounters.DEFAULT));
    }

    /** Most outcomes of a flag serve one of two variants. */
    private LongAdder counter(String variant) {
        return adders.computeIfAbsent(variant, name -> counters.adder(effective.key(), name));
    }

    private void problem(String pointer, String message) {
        problems.add(new Problem(effective.key() + "#/" + pointer, message));
    }

    /** What a flag that no layer lists comes out as under a layer that is complete. */
    static CompiledFlag unlisted(String key, String layer, DecisionCounters counters) {
        EffectiveFlag effective = new EffectiveFlag(
                key,
                null,
                null,
                0,
                false,
                List.of(new EffectiveFlag.Applied(layer, 0, new FlagOverride.Off(), true)),
                null,
                null);
        return compile(effective, FlagMap.<CompiledFlag>empty().edit(), Map.of(), counters, null);
    }

    static Set<String> prerequisitesOf(EffectiveFlag effective) {
        FlagDefinition definition = effective.definition();
        if (definition == null || definition.prerequisites().isEmpty()) {
            return Set.of();
        }
        Set<String> keys = new LinkedHashSet<>();
        definition.prerequisites().forEach(prerequisite -> keys.add(prerequisite.flag()));
        return keys;
    }
}
