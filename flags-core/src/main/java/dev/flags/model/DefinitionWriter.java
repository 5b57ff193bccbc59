package dev.flags.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a flag's definition as values: what is at its default is left out, except what a reader looks for first. */
final class DefinitionWriter {
    private DefinitionWriter() {}

    static Map<String, Object> tree(FlagDefinition flag) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", 1L);
        tree.put("key", flag.key());
        tree.put("type", flag.type().id());
        if (!flag.description().isEmpty()) {
            tree.put("description", flag.description());
        }
        if (!flag.owner().isEmpty()) {
            tree.put("owner", flag.owner());
        }
        putList(tree, "tags", List.copyOf(flag.tags()));
        flag.expires().ifPresent(day -> tree.put("expires", day.toString()));
        tree.put("enabled", flag.enabled());
        if (flag.archived()) {
            tree.put("archived", true);
        }
        tree.put("variants", flag.variants());
        tree.put("offVariant", flag.offVariant());
        flag.salt().ifPresent(salt -> tree.put("salt", salt));
        flag.bucketBy().ifPresent(attribute -> tree.put("bucketBy", attribute));
        putList(
                tree,
                "prerequisites",
                flag.prerequisites().stream().map(TargetJson::tree).toList());
        putList(tree, "targets", flag.targets().stream().map(TargetJson::tree).toList());
        putList(tree, "rules", flag.rules().stream().map(RuleJson::tree).toList());
        tree.put("percentage", flag.percentage().toBigDecimal());
        flag.split().ifPresent(split -> tree.put("split", SplitJson.trees(split)));
        flag.extra().forEach(tree::putIfAbsent);
        return tree;
    }

    private static void putList(Map<String, Object> tree, String name, List<?> list) {
        if (!list.isEmpty()) {
            tree.put(name, list);
        }
    }
}
