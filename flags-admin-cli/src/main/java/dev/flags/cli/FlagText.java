package dev.flags.cli;

import dev.flags.json.Json;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun;
import dev.flags.store.AuditEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** One flag for a person: what it amounts to, where it comes from, its rollout as a tree, its last revisions. */
final class FlagText {
    private final Safe safe;
    private final StringBuilder text = new StringBuilder();

    private FlagText(Session session) {
        this.safe = session.shell.safe;
    }

    static String of(Session session, FlagView view, String place, List<AuditEntry> entries) {
        FlagText text = new FlagText(session);
        text.head(view, place);
        view.state().rollout().ifPresent(text::rollout);
        if (!entries.isEmpty()) {
            text.text
                    .append("\nLast revisions\n")
                    .append(HistoryText.table(session, entries).indent(2));
        }
        return text.text.toString();
    }

    private void head(FlagView view, String place) {
        line("flag", view.state().key());
        String word = view.word();
        line("state", word.equals("partial") ? "partial, " + view.percentage() : word);
        KillLatch kill = view.state().kill().orElse(null);
        if (kill != null) {
            line("killed", seconds(kill.at()) + " by " + kill.by() + ": " + kill.reason());
        }
        FlagDefinition definition = view.state().definition().orElse(null);
        if (definition != null) {
            definition(definition, kill != null || !definition.enabled());
        }
        for (Problem problem : view.state().problems()) {
            line("problem", problem.toString());
        }
        line("from", view.layer() + ", " + place);
        line(
                "revision",
                view.state().revision() + " of " + seconds(view.state().updatedAt()) + " by "
                        + view.state().updatedBy());
    }

    private void definition(FlagDefinition definition, boolean overruled) {
        if (overruled) {
            line("underneath", (definition.enabled() ? "enabled" : "disabled") + ", " + definition.percentage());
        }
        if (!definition.description().isEmpty()) {
            line("about", definition.description());
        }
        if (!definition.owner().isEmpty()) {
            line("owner", definition.owner());
        }
        line("type", definition.type().id());
        if (!definition.tags().isEmpty()) {
            line("tags", String.join(", ", definition.tags()));
        }
        definition.expires().ifPresent(day -> line("expires", day.toString()));
        line("variants", Json.write(definition.variants()) + ", off is " + definition.offVariant());
        Map<String, Object> document = FlagJson.toTree(definition);
        for (String field : List.of("split", "prerequisites", "targets", "rules")) {
            if (document.containsKey(field)) {
                line(field, Json.write(document.get(field)));
            }
        }
    }

    private void rollout(RolloutRun run) {
        line(
                "rollout",
                run.state() + (run.manual() ? ", by hand" : "") + ", started " + seconds(run.startedAt()) + " by "
                        + run.startedBy());
        for (int i = 0; i < run.stages().size(); i++) {
            RolloutRun.Stage stage = run.stages().get(i);
            boolean last = i == run.stages().size() - 1;
            String branch = safe.unicode() ? (last ? "└─ " : "├─ ") : last ? "`- " : "|- ";
            String bake = stage.bake().isZero() ? "" : ", bake " + Times.text(stage.bake());
            text.append("  ")
                    .append(branch)
                    .append(i + 1)
                    .append("  ")
                    .append(stage.percentage())
                    .append(bake)
                    .append("  ")
                    .append(FlagView.stageState(run, i))
                    .append('\n');
        }
    }

    private void line(String name, String value) {
        text.append(name)
                .append(" ".repeat(Math.max(1, 12 - name.length())))
                .append(safe.line(value))
                .append('\n');
    }

    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
