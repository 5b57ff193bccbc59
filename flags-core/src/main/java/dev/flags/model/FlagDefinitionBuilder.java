package dev.flags.model;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link FlagDefinition}. Starts as a boolean release flag, enabled, at 0 %, with the variants {@code on} and {@code
 * off}. Not thread-safe; confine it to one thread.
 */
public final class FlagDefinitionBuilder {
    static final Map<String, Object> BOOLEAN_VARIANTS = onAndOff();

    private final String key;
    private FlagType type = FlagType.RELEASE;
    private String description = "";
    private String owner = "";
    private Set<String> tags = Set.of();
    private @Nullable LocalDate expires;
    private boolean enabled = true;
    private boolean archived;
    private Map<String, Object> variants = BOOLEAN_VARIANTS;
    private @Nullable String offVariant;
    private @Nullable String salt;
    private @Nullable String bucketBy;
    private List<Prerequisite> prerequisites = List.of();
    private List<Target> targets = List.of();
    private List<Rule> rules = List.of();
    private Percentage percentage = Percentage.ZERO;
    private @Nullable Split split;
    private Map<String, Object> extra = Map.of();

    FlagDefinitionBuilder(String key) {
        this.key = key;
    }

    FlagDefinitionBuilder(FlagDefinition from) {
        key = from.key();
        type = from.type();
        description = from.description();
        owner = from.owner();
        tags = from.tags();
        expires = from.expires().orElse(null);
        enabled = from.enabled();
        archived = from.archived();
        variants = from.variants();
        offVariant = from.offVariant();
        salt = from.salt().orElse(null);
        bucketBy = from.bucketBy().orElse(null);
        prerequisites = from.prerequisites();
        targets = from.targets();
        rules = from.rules();
        percentage = from.percentage();
        split = from.split().orElse(null);
        extra = from.extra();
    }

    public FlagDefinitionBuilder type(FlagType to) {
        type = to;
        return this;
    }

    public FlagDefinitionBuilder description(String to) {
        description = to;
        return this;
    }

    public FlagDefinitionBuilder owner(String to) {
        owner = to;
        return this;
    }

    public FlagDefinitionBuilder tags(Set<String> to) {
        tags = to;
        return this;
    }

    /** The day from which it is due for removal; null: none. */
    public FlagDefinitionBuilder expires(@Nullable LocalDate to) {
        expires = to;
        return this;
    }

    public FlagDefinitionBuilder enabled(boolean to) {
        enabled = to;
        return this;
    }

    public FlagDefinitionBuilder archived(boolean to) {
        archived = to;
        return this;
    }

    /** All variants, instead of those before. */
    public FlagDefinitionBuilder variants(Map<String, ?> to) {
        variants = new LinkedHashMap<>(to);
        return this;
    }

    /** One more variant; the first one named takes the place of the default {@code on} and {@code off}. */
    public FlagDefinitionBuilder variant(String name, Object value) {
        Map<String, Object> more = variants == BOOLEAN_VARIANTS ? new LinkedHashMap<>() : new LinkedHashMap<>(variants);
        more.put(name, value);
        variants = more;
        return this;
    }

    /** What control, disabled and killed serve; {@code off} unless said otherwise. */
    public FlagDefinitionBuilder offVariant(String to) {
        offVariant = to;
        return this;
    }

    /** What buckets are computed from; null: the key. */
    public FlagDefinitionBuilder salt(@Nullable String to) {
        salt = to;
        return this;
    }

    /** The attribute that is hashed; null: the targeting key. */
    public FlagDefinitionBuilder bucketBy(@Nullable String to) {
        bucketBy = to;
        return this;
    }

    public FlagDefinitionBuilder prerequisites(List<Prerequisite> to) {
        prerequisites = to;
        return this;
    }

    public FlagDefinitionBuilder targets(List<Target> to) {
        targets = to;
        return this;
    }

    public FlagDefinitionBuilder rules(List<Rule> to) {
        rules = to;
        return this;
    }

    public FlagDefinitionBuilder percentage(Percentage to) {
        percentage = to;
        return this;
    }

    /** How the treated divide; null: all get the treatment. */
    public FlagDefinitionBuilder split(@Nullable Split to) {
        split = to;
        return this;
    }

    /** Fields this version does not know. */
    public FlagDefinitionBuilder extra(Map<String, ?> to) {
        extra = new LinkedHashMap<>(to);
        return this;
    }

    /**
     * The definition.
     *
     * @throws InvalidFlagException naming all that is wrong with it
     */
    public FlagDefinition build() {
        return new FlagDefinition(
                key,
                type,
                description,
                owner,
                tags,
                Optional.ofNullable(expires),
                enabled,
                archived,
                variants,
                offVariant == null ? "off" : offVariant,
                Optional.ofNullable(salt),
                Optional.ofNullable(bucketBy),
                prerequisites,
                targets,
                rules,
                percentage,
                Optional.ofNullable(split),
                extra);
    }

    private static Map<String, Object> onAndOff() {
        Map<String, Object> variants = new LinkedHashMap<>();
        variants.put("on", true);
        variants.put("off", false);
        return JsonValues.freeze(variants);
    }
}
