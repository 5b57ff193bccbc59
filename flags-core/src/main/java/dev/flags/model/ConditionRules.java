package dev.flags.model;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes conditions valid. Whether a pattern, version, date or network can be understood is seen when a snapshot is
 * compiled, which reports it and lets the condition match nobody: a flag must not be lost over one of its rules.
 */
final class ConditionRules {
    private ConditionRules() {}

    static void check(Problems list, Collection<? extends @Nullable Condition> conditions) {
        if (conditions.isEmpty()) {
            list.add("is empty and so would match everybody; use the flag's percentage for that");
        }
        TextRules.count(list, conditions.size(), FlagLimits.CONDITIONS);
        int i = 0;
        for (Condition condition : conditions) {
            Problems at = list.at(i++);
            if (condition instanceof Condition.Attribute attribute) {
                attribute(at, attribute);
            } else if (condition instanceof Condition.InSegment member) {
                FlagKeys.problemWith(member.segment()).ifPresent(at.at("segment")::add);
            }
        }
    }

    private static void attribute(Problems at, Condition.Attribute condition) {
        TextRules.required(at.at("attribute"), condition.attribute(), FlagLimits.NAME);
        TextRules.required(at.at("operator"), condition.operator(), FlagLimits.NAME);
        List<Object> values = condition.values();
        if (values.isEmpty() && !condition.operator().equals("exists")) {
            at.at("values").add("is empty; name at least one value");
        }
        TextRules.count(at.at("values"), values.size(), FlagLimits.VALUES);
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            String kind = JsonValues.kindOf(value);
            if (kind.isEmpty() || kind.equals("JSON")) {
                at.at("values").at(i).add("is " + JsonValues.describe(value) + "; use a string, a number or a boolean");
            } else if (value instanceof String text) {
                TextRules.optional(at.at("values").at(i), text, FlagLimits.TEXT);
            }
        }
    }
}
