package dev.flags.model;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reusable named group of targeting keys and conditions. One with imported members is a <em>large segment</em>: too many to be listed
 * in a document. Whoever is excluded does not belong to it, then whoever is listed, imported or matched by a rule does. Immutable.
 *
 * @param name unique in its environment; the same characters as a flag key
 * @param description for people; may be empty
 * @param keys targeting keys that belong to it
 * @param excluded targeting keys that do not, whatever else says so
 * @param rules each a list of AND-ed conditions; whoever matches any of them belongs to it. No {@link
 *     Condition.Share}, which needs a flag's salt
 * @param members the version of imported members that counts, of a large segment
 * @param extra fields this version does not know, kept as they are
 */
public record Segment(
        String name,
        String description,
        Set<String> keys,
        Set<String> excluded,
        List<List<Condition>> rules,
        Optional<SegmentVersion> members,
        Map<String, Object> extra) {
    public Segment {
        keys = Collections.unmodifiableSet(new LinkedHashSet<>(keys));
        excluded = Collections.unmodifiableSet(new LinkedHashSet<>(excluded));
        rules = rules.stream().map(List::copyOf).toList();
        extra = JsonValues.freeze(extra);
        Problems problems = new Problems("segment " + TextRules.shown(name) + "#");
        check(problems, name, description, keys, excluded, rules);
        problems.require();
    }

    /** Without imported members. */
    public Segment(
            String name,
            String description,
            Set<String> keys,
            Set<String> excluded,
            List<List<Condition>> rules,
            Map<String, Object> extra) {
        this(name, description, keys, excluded, rules, Optional.empty(), extra);
    }

    /** The same segment with another version of imported members, or without. */
    public Segment withMembers(Optional<SegmentVersion> version) {
        return new Segment(name, description, keys, excluded, rules, version, extra);
    }

    /** Notes all that is wrong; nulls are parts that could not be read and are reported already. */
    static void check(
            Problems problems,
            @Nullable String name,
            String description,
            Set<String> keys,
            Set<String> excluded,
            List<? extends @Nullable List<? extends @Nullable Condition>> rules) {
        if (name != null) {
            FlagKeys.problemWith(name).ifPresent(problems.at("name")::add);
        }
        TextRules.optional(problems.at("description"), description, FlagLimits.TEXT);
        TextRules.targetingKeys(problems.at("keys"), keys);
        TextRules.targetingKeys(problems.at("excluded"), excluded);
        TextRules.count(problems.at("rules"), rules.size(), FlagLimits.RULES);
        for (int i = 0; i < rules.size(); i++) {
            List<? extends @Nullable Condition> rule = rules.get(i);
            if (rule != null) {
                Problems at = problems.at("rules").at(i);
                ConditionRules.check(at, rule);
                for (int c = 0; c < rule.size(); c++) {
                    if (rule.get(c) instanceof Condition.Share) {
                        at.at(c).add("is a percentage, which needs a flag's salt; use it in the flag's rule");
                    }
                }
            }
        }
    }
}
