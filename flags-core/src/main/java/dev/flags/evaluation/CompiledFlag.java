package dev.flags.evaluation;

import dev.flags.Decision;
import dev.flags.Explanation;
import dev.flags.Reason;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One flag, compiled for evaluation. Evaluating goes in this order, and the first that decides ends it: kill, enabled,
 * prerequisites, targets, rules, percentage and split. It is a pure function of the flag and the subject: no clock, no randomness, no
 * I/O, no lock, no log, and nothing is allocated, unless the key is not ASCII. Immutable. Safe for use by multiple threads.
 */
public final class CompiledFlag {
    private final EffectiveFlag effective;
    private final Parts parts;

    // the parts again, one field each: what every evaluation reads
    private final @Nullable Outcome fixed;
    private final CompiledPrerequisite[] prerequisites;
    private final Map<String, Outcome> targets;
    private final CompiledRule[] rules;
    private final Remainder remainder;

    /**
     * What a flag is compiled into.
     *
     * @param fixed how it comes out for everybody: killed, disabled, malformed, prerequisites that can never hold
     * @param prerequisiteFailed how it comes out when a prerequisite does not hold
     * @param targets outcomes by targeting key
     * @param segments the names of all segments it looks at
     * @param looksAtLargeSegments whether one of them, or of those that its prerequisites look at, has imported members
     * @param work how many flags one evaluation may touch
     * @param problems what is wrong with it
     */
    record Parts(
            @Nullable Outcome fixed,
            List<CompiledPrerequisite> prerequisites,
            Outcome prerequisiteFailed,
            Map<String, Outcome> targets,
            List<CompiledRule> rules,
            Remainder remainder,
            Set<String> segments,
            boolean looksAtLargeSegments,
            int work,
            List<Problem> problems) {}

    CompiledFlag(EffectiveFlag effective, Parts parts) {
        this.effective = effective;
        this.parts = parts;
        this.fixed = parts.fixed();
        this.prerequisites = parts.prerequisites().toArray(CompiledPrerequisite[]::new);
        this.targets = parts.targets();
        this.rules = parts.rules().toArray(CompiledRule[]::new);
        this.remainder = parts.remainder();
    }

    /**
     * How the flag comes out for a subject. Not counted: see {@link Outcome#count()}.
     *
     * @param targetingKey the subject's; null or empty when it has none
     * @param subject what attributes are read from; null when there is nobody
     * @param attributes reads them; what it throws is taken for a missing attribute
     */
    @SuppressWarnings("unchecked") // a reader of S is only ever given this S
    public <S> Outcome evaluate(
            @Nullable String targetingKey, @Nullable S subject, AttributeReader<? super S> attributes) {
        Outcome always = fixed;
        return always != null ? always : inOrder(targetingKey, subject, (AttributeReader<Object>) attributes);
    }

    private Outcome inOrder(
            @Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes) {
        for (CompiledPrerequisite prerequisite : prerequisites) {
            if (!prerequisite.holds(targetingKey, subject, attributes)) {
                return parts.prerequisiteFailed();
            }
        }
        if (!targets.isEmpty() && targetingKey != null) {
            Outcome target = targets.get(targetingKey);
            if (target != null) {
                return target;
            }
        }
        for (CompiledRule rule : rules) {
            if (rule.matches(targetingKey, subject, attributes)) {
                return rule.serve(targetingKey, subject, attributes);
            }
        }
        return remainder.decide(targetingKey, subject, attributes);
    }

    /**
     * A reader to evaluate with for a {@link #decision} that tells which memberships of large segments were not known: the same
     * reader for a flag that asks for none.
     */
    @SuppressWarnings("unchecked") // as in evaluate
    public <S> AttributeReader<? super S> noting(AttributeReader<? super S> attributes) {
        return parts.looksAtLargeSegments() ? new UnknownMemberships((AttributeReader<Object>) attributes) : attributes;
    }

    /**
     * The decision that an outcome of this flag stands for.
     *
     * @param outcome what {@link #evaluate} returned for the same subject
     * @param attributes what it was evaluated with, of {@link #noting} where unknown memberships are to be told
     */
    @SuppressWarnings("unchecked") // as in evaluate
    public <S> Decision decision(
            Outcome outcome,
            @Nullable String targetingKey,
            @Nullable S subject,
            AttributeReader<? super S> attributes) {
        boolean bucketed = outcome.reason() == Reason.PERCENTAGE || outcome.reason() == Reason.SPLIT;
        return new Decision(
                key(),
                outcome.variant(),
                outcome.value(),
                outcome.reason(),
                outcome.ruleId(),
                bucketed
                        ? remainder.decidingBucket(targetingKey, subject, (AttributeReader<Object>) attributes)
                        : OptionalInt.empty(),
                outcome.layer(),
                outcome.revision(),
                UnknownMemberships.notedBy(attributes));
    }

    /** Evaluates and makes the decision. Not counted. */
    public <S> Decision decide(
            @Nullable String targetingKey, @Nullable S subject, AttributeReader<? super S> attributes) {
        AttributeReader<? super S> noting = noting(attributes);
        return decision(evaluate(targetingKey, subject, noting), targetingKey, subject, noting);
    }

    /** Evaluates and tells each step that was taken. Not counted. */
    @SuppressWarnings("unchecked") // as in evaluate
    public <S> Explanation explain(
            @Nullable String targetingKey, @Nullable S subject, AttributeReader<? super S> attributes) {
        List<Explanation.Step> steps =
                new Explainer(this, targetingKey, subject, (AttributeReader<Object>) attributes).steps();
        return new Explanation(decide(targetingKey, subject, attributes), steps);
    }

    /** The flag's key. */
    public String key() {
        return effective.key();
    }

    /** The layer that defines the flag; null when only overrides or a kill are there. */
    public @Nullable String layer() {
        return effective.layer();
    }

    /** That layer's revision of the flag; 0 for layers without revisions. */
    public long revision() {
        return effective.revision();
    }

    /** Whether its percentage lies between 0 and 100, so that a targeting key matters. */
    public boolean isPartial() {
        return remainder.isPartial();
    }

    /** The flag's rollout, running or ended, in the layer that defines it; null when it never had one. */
    public @Nullable RolloutRun rollout() {
        return effective.rollout();
    }

    /** The percentage that is served: that of the definition or of an override; 0 while the flag is killed or off for everybody. */
    public Percentage percentageInForce() {
        return fixed != null ? Percentage.ZERO : new Percentage(remainder.boundary);
    }

    /** The key that is compared with the percentage: the targeting key, or what {@code bucketBy} names; null when there is none. */
    @SuppressWarnings("unchecked") // as in evaluate
    public <S> @Nullable String bucketedKey(
            @Nullable String targetingKey, @Nullable S subject, AttributeReader<? super S> attributes) {
        return remainder.bucketKey.read(targetingKey, subject, (AttributeReader<Object>) attributes);
    }

    /** What is wrong with it that only shows beside other flags and segments. */
    public List<Problem> problems() {
        return parts.problems();
    }

    EffectiveFlag effective() {
        return effective;
    }

    Parts parts() {
        return parts;
    }

    @Override
    public String toString() {
        return key();
    }
}
