package dev.flags.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Conditions and their JSON: which of the three kinds one is shows by the field it has. */
final class ConditionJson {
    private ConditionJson() {}

    static @Nullable Condition read(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        int before = problems.count();
        int kinds = (fields.has("attribute") ? 1 : 0)
                + (fields.has("segment") ? 1 : 0)
                + (fields.has("percentage") ? 1 : 0);
        if (kinds != 1) {
            problems.add("must have exactly one of 'attribute', 'segment' and 'percentage'");
            return null;
        }
        Condition condition;
        if (fields.has("attribute")) {
            condition = attribute(fields);
        } else if (fields.has("segment")) {
            String segment = fields.text("segment", "");
            boolean negate = fields.bool("negate", false);
            condition = new Condition.InSegment(segment, negate, fields.rest());
        } else {
            Percentage percentage = fields.percentage("percentage", null);
            boolean negate = fields.bool("negate", false);
            condition = percentage == null ? null : new Condition.Share(percentage, negate, fields.rest());
        }
        return problems.count() == before ? condition : null;
    }

    private static Condition attribute(Fields fields) {
        String attribute = fields.text("attribute", "");
        String operator = fields.requiredText("operator");
        List<@Nullable Object> values;
        if (fields.has("value")) {
            if (fields.has("values")) {
                fields.at("value").add("stands beside 'values'; keep one of them");
            }
            Object value = fields.take("value");
            fields.take("values");
            values = Collections.singletonList(value);
        } else {
            fields.take("value");
            values = fields.list("values");
        }
        boolean negate = fields.bool("negate", false);
        boolean ignoreCase = fields.bool("ignoreCase", false);
        return new Condition.Attribute(
                attribute,
                operator == null ? "" : operator,
                JsonValues.freeze(values),
                negate,
                ignoreCase,
                fields.rest());
    }

    static Map<String, Object> tree(Condition condition) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (condition instanceof Condition.Attribute attribute) {
            tree.put("attribute", attribute.attribute());
            tree.put("operator", attribute.operator());
            if (!attribute.values().isEmpty()) {
                tree.put("values", attribute.values());
            }
            if (attribute.ignoreCase()) {
                tree.put("ignoreCase", true);
            }
        } else if (condition instanceof Condition.InSegment member) {
            tree.put("segment", member.segment());
        } else if (condition instanceof Condition.Share share) {
            tree.put("percentage", share.percentage().toBigDecimal());
        }
        if (condition.negate()) {
            tree.put("negate", true);
        }
        condition.extra().forEach(tree::putIfAbsent);
        return tree;
    }

    static List<Map<String, Object>> trees(List<Condition> conditions) {
        return conditions.stream().map(ConditionJson::tree).toList();
    }
}
