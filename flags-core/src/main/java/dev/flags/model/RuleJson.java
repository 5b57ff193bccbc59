package dev.flags.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rules and their JSON. */
final class RuleJson {
    private RuleJson() {}

    static @Nullable Rule read(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        int before = problems.count();
        String id = fields.requiredText("id");
        String description = fields.text("description", "");
        List<@Nullable Condition> conditions = fields.each("conditions", ConditionJson::read);
        Rule.Serve serve = serve(fields);
        if (id == null || serve == null || problems.count() > before) {
            return null;
        }
        return new Rule(id, description, Fields.whole(conditions), serve, fields.rest());
    }

    private static Rule.@Nullable Serve serve(Fields fields) {
        if (fields.has("variant") == fields.has("split")) {
            fields.problems().add("must have either 'variant' or 'split'");
            fields.take("variant");
            fields.take("split");
            return null;
        }
        if (fields.has("variant")) {
            fields.take("split");
            String variant = fields.text("variant");
            return variant == null ? null : Rule.Serve.variant(variant);
        }
        fields.take("variant");
        Optional<Split> split = SplitJson.read(fields);
        return split.map(Rule.Serve::split).orElse(null);
    }

    static Map<String, Object> tree(Rule rule) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("id", rule.id());
        if (!rule.description().isEmpty()) {
            tree.put("description", rule.description());
        }
        tree.put("conditions", ConditionJson.trees(rule.conditions()));
        rule.serve().variant().ifPresent(variant -> tree.put("variant", variant));
        rule.serve().split().ifPresent(split -> tree.put("split", SplitJson.trees(split)));
        rule.extra().forEach(tree::putIfAbsent);
        return tree;
    }
}
