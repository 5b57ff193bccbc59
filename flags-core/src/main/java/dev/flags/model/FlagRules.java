package dev.flags.model;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What makes a flag definition valid. Each method checks one part and notes all that is wrong with it, with the part's JSON
 * pointer. A null stands for a part that could not be read and was reported by the reader: it is skipped, and what depends on
 * it is not checked, so that one mistake is one problem. Not thread-safe; confine it to one thread.
 */
final class FlagRules {
    private final String key;
    private final Problems problems;
    private @Nullable Map<String, Object> variants;
    private String offVariant = "";

    /** Checks a definition made by a program: paths begin with its key. */
    FlagRules(String key) {
        this(
                key,
                new Problems(
                        key.length() > FlagKeys.MAX_LENGTH ? key.substring(0, FlagKeys.MAX_LENGTH) + "…#" : key + "#"));
        FlagKeys.problemWith(key).ifPresent(problems.at("key")::add);
    }

    /** Checks a definition as it is read; the reader has seen to the key. */
    FlagRules(String key, Problems problems) {
        this.key = key;
        this.problems = problems;
    }

    void require() {
        problems.require();
    }

    FlagRules texts(
            String description, String owner, Set<String> tags, Optional<String> salt, Optional<String> bucketBy) {
        TextRules.optional(problems.at("description"), description, FlagLimits.TEXT);
        TextRules.optional(problems.at("owner"), owner, FlagLimits.NAME);
        TextRules.count(problems.at("tags"), tags.size(), FlagLimits.TAGS);
        int i = 0;
        for (String tag : tags) {
            TextRules.required(problems.at("tags").at(i++), tag, FlagLimits.NAME);
        }
        salt.ifPresent(text -> TextRules.required(problems.at("salt"), text, FlagLimits.NAME));
        bucketBy.ifPresent(text -> TextRules.required(problems.at("bucketBy"), text, FlagLimits.NAME));
        return this;
    }

    FlagRules variants(@Nullable Map<String, Object> byName, @Nullable String off) {
        if (byName == null) {
            return this;
        }
        variants = byName;
        offVariant = off == null ? "" : off;
        Problems at = problems.at("variants");
        if (byName.isEmpty()) {
            at.add("has no variant; a flag serves at least one");
        }
        TextRules.count(at, byName.size(), FlagLimits.VARIANTS);
        String kind = "";
        for (Map.Entry<String, Object> variant : byName.entrySet()) {
            Problems here = at.at(variant.getKey());
            FlagKeys.problemWith(variant.getKey()).ifPresent(message -> here.add("its name " + message));
            String other = JsonValues.kindOf(variant.getValue());
            if (other.isEmpty()) {
                here.add("is " + JsonValues.describe(variant.getValue())
                        + "; use a boolean, a string, a number, an object or a list");
            } else if (kind.isEmpty()) {
                kind = other;
            } else if (!kind.equals(other)) {
                here.add("is a " + other + " value, but those before it are " + kind
                        + " values; all must be of one type");
            }
        }
        if (off != null && !byName.isEmpty()) {
            known(problems.at("offVariant"), off);
        }
        return this;
    }

    FlagRules prerequisites(Collection<? extends @Nullable Prerequisite> all) {
        Problems list = problems.at("prerequisites");
        TextRules.count(list, all.size(), FlagLimits.PREREQUISITES);
        Map<String, Integer> seen = new HashMap<>();
        int i = 0;
        for (Prerequisite prerequisite : all) {
            if (prerequisite != null) {
                Problems at = list.at(i);
                Optional<String> malformed = FlagKeys.problemWith(prerequisite.flag());
                malformed.ifPresent(at.at("flag")::add);
                if (prerequisite.flag().equals(key)) {
                    at.at("flag").add("names the flag itself");
                }
                Integer first = seen.putIfAbsent(prerequisite.flag(), i);
                if (first != null && malformed.isEmpty()) {
                    at.at("flag")
                            .add("'" + prerequisite.flag() + "' is already named by "
                                    + list.at(first).path());
                }
                prerequisite.variant().flatMap(FlagKeys::problemWith).ifPresent(at.at("variant")::add);
            }
            i++;
        }
        return this;
    }

    FlagRules targets(Collection<? extends @Nullable Target> all) {
        Problems list = problems.at("targets");
        TextRules.count(list, all.size(), FlagLimits.TARGETS);
        Map<String, Integer> seen = new HashMap<>();
        int i = 0;
        for (Target target : all) {
            if (target != null) {
                known(list.at(i).at("variant"), target.variant());
                TextRules.count(list.at(i).at("keys"), target.keys().size(), FlagLimits.VALUES);
                int k = 0;
                for (String targetingKey : target.keys()) {
                    Problems at = list.at(i).at("keys").at(k++);
                    TextRules.required(at, targetingKey, FlagLimits.TARGETING_KEY);
                    Integer first = seen.putIfAbsent(targetingKey, i);
                    if (first != null) {
                        at.add("'" + TextRules.shown(targetingKey) + "' is already in "
                                + list.at(first).path());
                    }
                }
            }
            i++;
        }
        return this;
    }

    FlagRules rules(Collection<? extends @Nullable Rule> all) {
        Problems list = problems.at("rules");
        TextRules.count(list, all.size(), FlagLimits.RULES);
        Map<String, Integer> seen = new HashMap<>();
        int i = 0;
        for (Rule rule : all) {
            if (rule != null) {
                Problems at = list.at(i);
                Optional<String> malformed = FlagKeys.problemWith(rule.id());
                malformed.ifPresent(at.at("id")::add);
                Integer first = seen.putIfAbsent(rule.id(), i);
                if (first != null && malformed.isEmpty()) {
                    at.at("id")
                            .add("'" + rule.id() + "' is already the id of "
                                    + list.at(first).path());
                }
                TextRules.optional(at.at("description"), rule.description(), FlagLimits.TEXT);
                ConditionRules.check(at.at("conditions"), rule.conditions());
                rule.serve().variant().ifPresent(variant -> known(at.at("variant"), variant));
                rule.serve().split().ifPresent(split -> split(at.at("split"), split));
            }
            i++;
        }
        return this;
    }

    FlagRules treatment(@Nullable Percentage percentage, Optional<Split> split) {
        split.ifPresent(parts -> split(problems.at("split"), parts));
        if (variants != null
                && variants.containsKey(offVariant)
                && percentage != null
                && !percentage.isZero()
                && split.isEmpty()
                && FlagDefinition.treatmentOf(variants, offVariant).isEmpty()) {
            Set<String> others = new HashSet<>(variants.keySet());
            others.remove(offVariant);
            problems.at("split")
                    .add(
                            others.isEmpty()
                                    ? "is needed while the percentage is above 0: there is no variant but the off variant"
                                    : "is needed while the percentage is above 0: there are " + others.size()
                                            + " variants besides the off variant, and none is called 'on'");
        }
        return this;
    }

    private void split(Problems at, Split split) {
        if (split.parts().isEmpty()) {
            at.add("is empty; leave it out, or name at least one variant");
        }
        TextRules.count(at, split.parts().size(), FlagLimits.SPLIT_PARTS);
        List<Split.Part> parts = split.parts();
        for (int i = 0; i < parts.size(); i++) {
            known(at.at(i).at("variant"), parts.get(i).variant());
            int weight = parts.get(i).weight();
            if (weight < 1 || weight > FlagLimits.WEIGHT) {
                at.at(i).at("weight").add("must lie between 1 and " + FlagLimits.WEIGHT + ", was " + weight);
            }
        }
    }

    private void known(Problems at, String variant) {
        if (variants != null && !variants.containsKey(variant)) {
            at.add("there is no variant '" + TextRules.shown(variant) + "'; there are "
                    + TextRules.shown(String.join(", ", variants.keySet())));
        }
    }
}
