package dev.flags.rollout.controller;

import dev.flags.model.FlagState;
import dev.flags.rollout.Precondition;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.checks.Checks;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * What a plan's preconditions say now. Immutable.
 *
 * @param answers by name: empty when it is so, else why not
 * @param unanswered the names of those that nobody has answered lately
 */
record Requirements(Map<String, String> answers, Set<String> unanswered) {
    /** Of a run that will not be raised any more. */
    static final Requirements NONE = new Requirements(Map.of(), Set.of());

    /** Asks again, and takes what was answered last; {@code since} as {@link Inquiries#ask} has it. */
    static Requirements of(
            RolloutPlan plan, Function<String, FlagState> flags, Inquiries inquiries, OptionalLong since) {
        Map<String, String> answers = new LinkedHashMap<>();
        Set<String> unanswered = new HashSet<>();
        for (Precondition precondition : plan.preconditions()) {
            String name = precondition.name();
            if (precondition instanceof Precondition.FlagIs is) {
                answers.put(name, is.unmet(flags).orElse(""));
                continue;
            }
            Optional<Checks.Answer> answer = inquiries.ask(precondition, since);
            if (answer.isEmpty()) {
                unanswered.add(name);
            }
            answers.put(name, answer.map(given -> why(name, given)).orElse("no fresh answer yet for " + name));
        }
        return new Requirements(answers, unanswered);
    }

    /** Why the first precondition on another flag is not so; empty when all are. The store has the flags: nobody outside is asked. */
    static Optional<String> unmetFlag(RolloutPlan plan, Function<String, FlagState> flags) {
        return plan.preconditions().stream()
                .flatMap(precondition ->
                        precondition instanceof Precondition.FlagIs is ? is.unmet(flags).stream() : null)
                .findFirst();
    }

    private static String why(String name, Checks.Answer answer) {
        if (answer.passed()) {
            return "";
        }
        return answer.why().isBlank() ? name + " is not so" : answer.why();
    }

    /** Why the first one that is not so is not, before one that is only unanswered. */
    Optional<String> unmet() {
        return answers.entrySet().stream()
                .filter(answer -> !answer.getValue().isEmpty())
                .min(Comparator.comparing(answer -> unanswered.contains(answer.getKey())))
                .map(Map.Entry::getValue);
    }

    /** Whether none is known to fail. */
    boolean isUnanswered() {
        return answers.entrySet().stream()
                .allMatch(answer -> answer.getValue().isEmpty() || unanswered.contains(answer.getKey()));
    }
}
