package dev.flags.cli;

import dev.flags.Decision;
import dev.flags.EvaluationContext;
import dev.flags.EvaluationContextBuilder;
import dev.flags.Explanation;
import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.store.FlagStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "eval", description = "What this user gets, and why, from this store alone.")
final class EvalCommand extends Verb {
    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Option(names = "--user", paramLabel = "ID", description = "the targeting key; without it: nobody in particular")
    @Nullable
    String user;

    @Option(
            names = {"-c", "--context"},
            paramLabel = "NAME=VALUE",
            description =
                    "an attribute; the value is JSON where it is valid JSON, and otherwise a string; may be repeated")
    Map<String, String> attributes = new LinkedHashMap<>();

    @Option(names = "--explain", description = "print each step that led there")
    boolean explain;

    EvalCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        EvaluationContextBuilder context = EvaluationContext.builder(user);
        attributes.forEach((name, value) -> context.attribute(name, valueOf(value)));
        try (FlagStore store = session.open()) {
            GetCommand.find(store, key, session);
            StoreSnapshot snapshot = StoreSnapshot.of(store);
            Explanation explanation = snapshot.explain(key, context.build());
            Decision decision = explanation.decision();
            session.print(
                    tree(decision, explanation, snapshot.revision()),
                    List.of(decision.variant() == null ? "" : decision.variant()),
                    () -> text(explanation));
        }
        return ExitCode.DONE;
    }

    private Tree tree(Decision decision, Explanation explanation, long revision) {
        List<Map<String, Object>> steps = explanation.steps().stream()
                .map(step -> new Tree()
                        .put("subject", step.subject())
                        .put("decided", step.decided())
                        .put("text", step.text())
                        .map())
                .toList();
        return Tree.versioned()
                .put("key", key)
                .put("variant", decision.variant())
                .put("value", decision.value())
                .put("enabled", decision.enabled())
                .put("reason", decision.reason().name())
                .put("rule", decision.ruleId())
                .put(
                        "bucket",
                        decision.bucket().isPresent()
                                ? (Object) (long) decision.bucket().getAsInt()
                                : null)
                .put("layer", decision.layer())
                .put("flagRevision", decision.revision())
                .put("revision", revision)
                .put("explanation", (Object) steps);
    }

    private String text(Explanation explanation) {
        Decision decision = explanation.decision();
        StringBuilder text = new StringBuilder();
        text.append(safe(key)).append(": ");
        text.append(
                decision.variant() == null
                        ? "no variant"
                        : safe(decision.variant() + " = " + Json.write(decision.value())));
        text.append(" (").append(decision.reason());
        if (decision.ruleId() != null) {
            text.append(' ').append(safe(decision.ruleId()));
        }
        decision.bucket().ifPresent(bucket -> text.append(", bucket ").append(bucket));
        text.append(")\n");
        if (explain) {
            for (Explanation.Step step : explanation.steps()) {
                String mark = step.decided() ? (session.shell.safe.unicode() ? "→ " : "> ") : "  ";
                text.append("  ")
                        .append(mark)
                        .append(safe(step.subject()))
                        .append(": ")
                        .append(safe(step.text()))
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** JSON where it is JSON, so that 3, true and ["a"] are what they look like; otherwise the text itself. */
    static @Nullable Object valueOf(String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            return text;
        }
    }
}
