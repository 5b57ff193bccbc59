package dev.flags.evaluation;

import dev.flags.Explanation.Step;
import dev.flags.Reason;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.source.FlagOverride;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells one evaluation of one flag, step by step and in the order of {@link CompiledFlag}, for whoever asks at night why somebody
 * gets what they get. It asks the same matchers and outcomes that evaluating asks. Not thread-safe; confine it to one thread.
 */
final class Explainer {
    private final CompiledFlag flag;
    private final CompiledFlag.Parts parts;
    private final EffectiveFlag effective;
    private final @Nullable String targetingKey;
    private final @Nullable Object subject;
    private final AttributeReader<Object> attributes;
    private final List<Step> steps = new ArrayList<>();

    Explainer(
            CompiledFlag flag,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes) {
        this.flag = flag;
        this.parts = flag.parts();
        this.effective = flag.effective();
        this.targetingKey = targetingKey;
        this.subject = subject;
        this.attributes = attributes;
    }

    List<Step> steps() {
        layers();
        if (base() || prerequisites() || targets() || rules()) {
            return steps;
        }
        remainder();
        return steps;
    }

    private void say(String subject, String text) {
        steps.add(new Step(subject, false, text));
    }

    private boolean decide(String subject, String text) {
        steps.add(new Step(subject, true, text));
        return true;
    }

    private void layers() {
        FlagDefinition definition = effective.definition();
        if (effective.layer() != null) {
            say(
                    "layer",
                    (definition == null ? "the definition in " : "defined by ")
                            + "layer '" + effective.layer() + "'"
                            + (effective.revision() == 0 ? "" : " at revision " + effective.revision())
                            + (definition == null ? " cannot be understood" : ""));
        } else if (effective.overrides().isEmpty()) {
            say("layer", "no layer defines the flag");
        } else {
            say("layer", "no layer defines the flag; it is taken for a boolean flag with its key as salt");
        }
        String before = definition == null ? "off" : state(definition);
        for (EffectiveFlag.Applied applied : effective.overrides()) {
            String after = state(applied.override());
            String why = applied.unlisted() ? ", which is complete and does not list the flag," : "";
            say(
                    "layer",
                    "layer '" + applied.layer() + "'" + why + " turns " + before + " into " + after
                            + (definition == null ? "" : "; salt, variants, targets and rules stay"));
            before = after;
        }
    }

    private static String state(FlagDefinition definition) {
        return definition.enabled() ? definition.percentage().toString() : "disabled";
    }

    private static String state(FlagOverride override) {
        if (override instanceof FlagOverride.AtPercentage at) {
            return at.percentage().toString();
        }
        return override instanceof FlagOverride.ToVariant to
                ? "variant '" + to.variant() + "' for everybody"
                : "disabled";
    }

    /** Kill, malformed, enabled. */
    private boolean base() {
        Outcome fixed = parts.fixed();
        EffectiveFlag.Killed kill = effective.kill();
        if (kill != null && fixed != null) {
            return decide(
                    "kill",
                    "killed in layer '" + kill.layer() + "' by " + kill.latch().by() + " at "
                            + kill.latch().at() + ": " + kill.latch().reason() + "; serves " + served(fixed));
        }
        say("kill", "no layer has killed it");
        if (fixed != null) {
            if (fixed.reason() == Reason.MALFORMED_FLAG) {
                return decide("layer", "there is no good form of the definition; " + served(fixed));
            }
            if (fixed.reason() == Reason.DISABLED) {
                return decide("enabled", "no, says layer '" + fixed.layer() + "'; serves " + served(fixed));
            }
        }
        say("enabled", "yes");
        return false;
    }

    private boolean prerequisites() {
        for (CompiledPrerequisite prerequisite : parts.prerequisites()) {
            Outcome outcome = prerequisite.flag().evaluate(targetingKey, subject, attributes);
            String text = "serves " + served(outcome) + " (" + outcome.reason() + "), required is "
                    + (prerequisite.variant() == null ? "any but its off variant" : "'" + prerequisite.variant() + "'");
            String name = "prerequisite " + prerequisite.flag().key();
            if (!prerequisite.isServedBy(outcome)) {
                return decide(name, text + "; serves " + served(parts.prerequisiteFailed()));
            }
            say(name, text);
        }
        Outcome fixed = parts.fixed();
        if (fixed != null) {
            String why = parts.problems().stream()
                    .filter(problem -> problem.path().contains("#/prerequisites"))
                    .map(problem -> problem.message())
                    .collect(Collectors.joining("; "));
            return decide("prerequisite", why.isEmpty() ? "can never hold" : why);
        }
        return false;
    }

    private boolean targets() {
        if (parts.targets().isEmpty()) {
            return false;
        }
        Outcome target = targetingKey == null ? null : parts.targets().get(targetingKey);
        if (target != null) {
            return decide("targets", "lists this targeting key; serves " + served(target));
        }
        say(
                "targets",
                parts.targets().size() == 1
                        ? "the one targeting key listed is another"
                        : "none of the " + parts.targets().size() + " targeting keys listed is this one");
        return false;
    }

    private boolean rules() {
        for (CompiledRule rule : parts.rules()) {
            List<String> texts = new ArrayList<>();
            boolean matches = true;
            for (Matcher condition : rule.conditions()) {
                Match match = condition.match(targetingKey, subject, attributes);
                matches &= match == Match.YES;
                texts.add(condition.describe() + ": "
                        + (match == Match.YES ? "yes" : match == Match.NO ? "no" : "no match") + ", "
                        + condition.found(targetingKey, subject, attributes));
            }
            String text = String.join("; ", texts);
            if (matches) {
                Outcome outcome = rule.serve(targetingKey, subject, attributes);
                return decide("rule " + rule.id(), text + "; " + ruleServes(rule, outcome));
            }
            say("rule " + rule.id(), text);
        }
        return false;
    }

    private String ruleServes(CompiledRule rule, Outcome outcome) {
        if (rule.split() == null) {
            return "serves " + served(outcome);
        }
        String key = rule.bucketKey().read(targetingKey, subject, attributes);
        return key == null
                ? rule.bucketKey().describe() + " is missing, so the split cannot choose; serves " + served(outcome)
                : rule.split().describe(key) + "; serves " + served(outcome);
    }

    private void remainder() {
        Remainder remainder = parts.remainder();
        Outcome outcome = remainder.decide(targetingKey, subject, attributes);
        String percentage = new Percentage(remainder.boundary).toString();
        String layer = outcome.layer() == null || outcome.layer().equals(flag.layer())
                ? ""
                : " by layer '" + outcome.layer() + "'";
        String key = remainder.bucketKey.read(targetingKey, subject, attributes);
        if (key == null && outcome == remainder.withoutKey) {
            decide(
                    "percentage",
                    percentage + layer + ", but " + remainder.bucketKey.describe() + " is missing; serves "
                            + served(outcome));
            return;
        }
        if (remainder.isPartial() && key != null) {
            int bucket = remainder.bucket(key);
            String text = percentage + layer + ": " + remainder.bucketKey.describe() + " "
                    + Shares.comparison(bucket, remainder.boundary);
            if (bucket >= remainder.boundary) {
                decide(
                        "percentage",
                        text
                                + String.format(
                                        Locale.ROOT, ", treated from %s on; serves ", new Percentage(bucket + 1))
                                + served(outcome));
                return;
            }
            if (remainder.split == null) {
                decide("percentage", text + "; serves " + served(outcome));
                return;
            }
            say("percentage", text);
        } else if (remainder.split == null || remainder.boundary == 0) {
            decide("percentage", percentage + layer + ", no bucket needed; serves " + served(outcome));
            return;
        } else {
            say("percentage", percentage + layer);
        }
        if (remainder.split != null && key != null) {
            decide("split", remainder.split.describe(key) + "; serves " + served(outcome));
        }
    }

    private static String served(Outcome outcome) {
        if (outcome.variant() != null) {
            return "'" + outcome.variant() + "'";
        }
        return outcome.value() == null ? "the caller's default" : "false to boolean callers, their default to others";
    }
}
