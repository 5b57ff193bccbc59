package dev.flags.model;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a flag's definition from values, noting every problem. */
final class DefinitionReader {
    private DefinitionReader() {}

    /** The definition, or null when problems were noted. */
    static @Nullable FlagDefinition read(@Nullable Object tree, Problems problems) {
        int before = problems.count();
        Fields fields = Fields.of(tree, problems);
        if (fields == null || !fields.isOfKnownSchema()) {
            return null;
        }
        String key = fields.requiredText("key");
        FlagType type = type(fields);
        String description = fields.text("description", "");
        String owner = fields.text("owner", "");
        Set<String> tags = fields.texts("tags");
        LocalDate expires = fields.parsed("expires", "a date such as 2026-12-31", LocalDate::parse);
        boolean enabled = fields.bool("enabled", true);
        boolean archived = fields.bool("archived", false);
        Map<String, Object> variants = variants(fields);
        String offVariant = offVariant(fields, variants);
        Optional<String> salt = Optional.ofNullable(fields.text("salt"));
        Optional<String> bucketBy = Optional.ofNullable(fields.text("bucketBy"));
        List<@Nullable Prerequisite> prerequisites = fields.each("prerequisites", TargetJson::readPrerequisite);
        List<@Nullable Target> targets = fields.each("targets", TargetJson::read);
        List<@Nullable Rule> rules = fields.each("rules", RuleJson::read);
        Percentage percentage = fields.percentage("percentage", Percentage.ZERO);
        boolean hasSplit = fields.has("split");
        Optional<Split> split = hasSplit ? SplitJson.read(fields) : Optional.empty();

        if (problems.count() == before) {
            // with nothing noted nothing is null
            try {
                return new FlagDefinition(
                        Objects.requireNonNull(key),
                        type,
                        description,
                        owner,
                        tags,
                        Optional.ofNullable(expires),
                        enabled,
                        archived,
                        Objects.requireNonNull(variants),
                        Objects.requireNonNull(offVariant),
                        salt,
                        bucketBy,
                        Fields.whole(prerequisites),
                        Fields.whole(targets),
                        Fields.whole(rules),
                        Objects.requireNonNull(percentage),
                        split,
                        fields.rest());
            } catch (InvalidFlagException e) {
                // worked out again below, with this document's paths
            }
        }
        if (key != null) {
            FlagKeys.problemWith(key).ifPresent(fields.at("key")::add);
        }
        new FlagRules(key == null ? "" : key, problems)
                .texts(description, owner, tags, salt, bucketBy)
                .variants(variants == null ? null : JsonValues.freeze(variants), offVariant)
                .prerequisites(prerequisites)
                .targets(targets)
                .rules(rules)
                .treatment(hasSplit && split.isEmpty() ? null : percentage, split);
        return null;
    }

    private static FlagType type(Fields fields) {
        String id = fields.text("type");
        if (id == null) {
            return FlagType.RELEASE;
        }
        for (FlagType type : FlagType.values()) {
            if (type.id().equals(id)) {
                return type;
            }
        }
        fields.at("type")
                .add("must be release, experiment, operational or permission, was '" + TextRules.shown(id) + "'");
        return FlagType.RELEASE;
    }

    private static @Nullable Map<String, Object> variants(Fields fields) {
        if (!fields.has("variants")) {
            fields.take("variants");
            return FlagDefinitionBuilder.BOOLEAN_VARIANTS;
        }
        Fields variants = Fields.of(fields.take("variants"), fields.at("variants"));
        return variants == null ? null : variants.rest();
    }

    private static @Nullable String offVariant(Fields fields, @Nullable Map<String, Object> variants) {
        if (fields.has("offVariant")) {
            return fields.text("offVariant");
        }
        fields.take("offVariant");
        if (variants != null && !variants.isEmpty() && !variants.containsKey("off")) {
            fields.at("offVariant").add("is required, as no variant is called 'off'");
            return null;
        }
        return "off";
    }
}
