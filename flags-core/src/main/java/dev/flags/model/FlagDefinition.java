package dev.flags.model;

import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a flag is: its variants and who gets which. The kill latch and the rollout run are records beside it. Made by {@link
 * #builder} or read by {@link FlagJson}; both refuse what is not valid. Immutable.
 *
 * @param key unique in its environment; see {@link FlagKeys}
 * @param type what it is for
 * @param description for people; may be empty
 * @param owner who answers for it; may be empty
 * @param tags for selecting flags
 * @param expires the day from which it is due for removal
 * @param enabled the base state; disabled serves the off variant to everybody
 * @param archived at the end of its life: no longer evaluated, kept in history
 * @param variants by name, in the document's order; all values of one JSON type: {@link Boolean}, {@link String}, number
 *     ({@link Long} or {@link java.math.BigDecimal}), or JSON ({@link Map} or {@link List})
 * @param offVariant what control, disabled and killed serve
 * @param salt what buckets are computed from; empty: the key
 * @param bucketBy the attribute that is hashed; empty: the targeting key
 * @param prerequisites all must hold
 * @param targets exact targeting keys
 * @param rules in order; the first that matches decides
 * @param percentage the share of the rest that gets the treatment
 * @param split how the treated divide; empty: all get the {@link #treatment}
 * @param extra fields this version does not know, kept as they are
 */
public record FlagDefinition(
        String key,
        FlagType type,
        String description,
        String owner,
        Set<String> tags,
        Optional<LocalDate> expires,
        boolean enabled,
        boolean archived,
        Map<String, Object> variants,
        String offVariant,
        Optional<String> salt,
        Optional<String> bucketBy,
        List<Prerequisite> prerequisites,
        List<Target> targets,
        List<Rule> rules,
        Percentage percentage,
        Optional<Split> split,
        Map<String, Object> extra) {

    public FlagDefinition {
        tags = Collections.unmodifiableSet(new LinkedHashSet<>(tags));
        variants = JsonValues.freeze(variants);
        prerequisites = List.copyOf(prerequisites);
        targets = List.copyOf(targets);
        rules = List.copyOf(rules);
        extra = JsonValues.freeze(extra);
        new FlagRules(key)
                .texts(description, owner, tags, salt, bucketBy)
                .variants(variants, offVariant)
                .prerequisites(prerequisites)
                .targets(targets)
                .rules(rules)
                .treatment(percentage, split)
                .require();
    }

    /** A new boolean flag: enabled, at 0 %. */
    public static FlagDefinitionBuilder builder(String key) {
        return new FlagDefinitionBuilder(key);
    }

    /** A builder that starts from this definition. */
    public FlagDefinitionBuilder toBuilder() {
        return new FlagDefinitionBuilder(this);
    }

    public FlagDefinition withPercentage(Percentage to) {
        return toBuilder().percentage(to).build();
    }

    public FlagDefinition withEnabled(boolean to) {
        return toBuilder().enabled(to).build();
    }

    /** What buckets are computed from. */
    public String effectiveSalt() {
        return salt.orElse(key);
    }

    /** What those inside the percentage get where there is no split: {@code on}, or else the only other variant. */
    public Optional<String> treatment() {
        return treatmentOf(variants, offVariant);
    }

    static Optional<String> treatmentOf(Map<String, Object> variants, String offVariant) {
        if (variants.containsKey("on") && !offVariant.equals("on")) {
            return Optional.of("on");
        }
        List<String> others =
                variants.keySet().stream().filter(v -> !v.equals(offVariant)).toList();
        return others.size() == 1 ? Optional.of(others.get(0)) : Optional.empty();
    }
}
