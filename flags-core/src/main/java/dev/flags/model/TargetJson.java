package dev.flags.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Targets and prerequisites, and their JSON. */
final class TargetJson {
    private TargetJson() {}

    static @Nullable Target read(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        int before = problems.count();
        String variant = fields.requiredText("variant");
        Set<String> keys = fields.texts("keys");
        return variant == null || problems.count() > before ? null : new Target(variant, keys, fields.rest());
    }

    static Map<String, Object> tree(Target target) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("variant", target.variant());
        tree.put("keys", List.copyOf(target.keys()));
        target.extra().forEach(tree::putIfAbsent);
        return tree;
    }

    static @Nullable Prerequisite readPrerequisite(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        int before = problems.count();
        String flag = fields.requiredText("flag");
        Optional<String> variant = Optional.ofNullable(fields.text("variant"));
        return flag == null || problems.count() > before ? null : new Prerequisite(flag, variant, fields.rest());
    }

    static Map<String, Object> tree(Prerequisite prerequisite) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("flag", prerequisite.flag());
        prerequisite.variant().ifPresent(variant -> tree.put("variant", variant));
        prerequisite.extra().forEach(tree::putIfAbsent);
        return tree;
    }
}
