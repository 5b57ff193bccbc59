package dev.flags.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Splits and their JSON: an array, because the order counts. */
final class SplitJson {
    private SplitJson() {}

    /** The split in the field {@code split}; empty, with a problem noted, when it cannot be read. */
    static Optional<Split> read(Fields fields) {
        int before = fields.problems().count();
        List<Split.@Nullable Part> parts = fields.each("split", SplitJson::part);
        if (fields.problems().count() > before) {
            return Optional.empty();
        }
        return Optional.of(new Split(Fields.whole(parts)));
    }

    private static Split.@Nullable Part part(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null) {
            return null;
        }
        String variant = fields.requiredText("variant");
        Integer weight = fields.integer("weight");
        return variant == null || weight == null ? null : new Split.Part(variant, weight, fields.rest());
    }

    static List<Map<String, Object>> trees(Split split) {
        return split.parts().stream().map(SplitJson::tree).toList();
    }

    private static Map<String, Object> tree(Split.Part part) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("variant", part.variant());
        tree.put("weight", (long) part.weight());
        part.extra().forEach(tree::putIfAbsent);
        return tree;
    }
}
