package dev.flags.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Segments and their JSON. */
final class SegmentJson {
    private SegmentJson() {}

    /** The segment, or null when problems were noted. */
    static @Nullable Segment read(@Nullable Object tree, Problems problems) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null || !fields.isOfKnownSchema()) {
            return null;
        }
        int before = problems.count();
        String name = fields.requiredText("name");
        String description = fields.text("description", "");
        Set<String> keys = fields.texts("keys");
        Set<String> excluded = fields.texts("excluded");
        List<@Nullable List<@Nullable Condition>> rules = fields.each("rules", SegmentJson::rule);
        Optional<SegmentVersion> members = members(fields);
        if (problems.count() == before) {
            List<List<Condition>> whole = new ArrayList<>();
            for (List<@Nullable Condition> rule : rules) {
                whole.add(Fields.whole(Objects.requireNonNull(rule)));
            }
            try {
                return new Segment(
                        Objects.requireNonNull(name), description, keys, excluded, whole, members, fields.rest());
            } catch (InvalidFlagException e) {
                // worked out again below, with this document's paths
            }
        }
        Segment.check(problems, name, description, keys, excluded, rules);
        return null;
    }

    /** The version of imported members; empty where there is none, or where problems were noted. */
    private static Optional<SegmentVersion> members(Fields fields) {
        Problems problems = fields.at("members");
        Object tree = fields.take("members");
        Fields members = tree == null ? null : Fields.of(tree, problems);
        if (members == null) {
            return Optional.empty();
        }
        int before = problems.count();
        String version = members.requiredText("version");
        Long count = members.wholeNumber("count");
        Instant importedAt = members.parsed("importedAt", "a time such as 2026-01-31T12:00:00Z", Instant::parse);
        String previous = members.text("previous");
        SegmentVersion.check(problems, version, count == null ? 0 : count, previous);
        return problems.count() > before || version == null || count == null
                ? Optional.empty()
                : Optional.of(new SegmentVersion(
                        version,
                        count,
                        Optional.ofNullable(importedAt),
                        Optional.ofNullable(previous),
                        members.rest()));
    }

    private static Map<String, Object> tree(SegmentVersion members) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("version", members.version());
        tree.put("count", members.count());
        members.importedAt().ifPresent(at -> tree.put("importedAt", at.toString()));
        members.previous().ifPresent(previous -> tree.put("previous", previous));
        members.extra().forEach(tree::putIfAbsent);
        return tree;
    }

    private static @Nullable List<@Nullable Condition> rule(@Nullable Object tree, Problems problems) {
        if (!(tree instanceof List<?> list)) {
            problems.add("must be a list of conditions, was " + JsonValues.describe(tree));
            return null;
        }
        List<@Nullable Condition> conditions = new ArrayList<>();
        for (Object condition : list) {
            conditions.add(ConditionJson.read(condition, problems.at(conditions.size())));
        }
        return conditions;
    }

    static Map<String, Object> tree(Segment segment) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", 1L);
        tree.put("name", segment.name());
        if (!segment.description().isEmpty()) {
            tree.put("description", segment.description());
        }
        if (!segment.keys().isEmpty()) {
            tree.put("keys", List.copyOf(segment.keys()));
        }
        if (!segment.excluded().isEmpty()) {
            tree.put("excluded", List.copyOf(segment.excluded()));
        }
        if (!segment.rules().isEmpty()) {
            tree.put("rules", segment.rules().stream().map(ConditionJson::trees).toList());
        }
        segment.members().ifPresent(members -> tree.put("members", tree(members)));
        segment.extra().forEach(tree::putIfAbsent);
        return tree;
    }
}
