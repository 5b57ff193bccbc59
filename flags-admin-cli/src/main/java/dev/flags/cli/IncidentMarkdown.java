package dev.flags.cli;

import dev.flags.json.Json;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An incident as Markdown: what it came to, the timeline, and what each step stood on. */
final class IncidentMarkdown {
    private static final String UNSPECIFIED = "unspecified";

    private final Incident incident;
    private final Markdown markdown;
    private final String place;
    private final String arrow;
    private final StringBuilder text = new StringBuilder();

    private IncidentMarkdown(Incident incident, Safe safe, String place) {
        this.incident = incident;
        this.markdown = new Markdown(safe);
        this.place = place;
        this.arrow = safe.unicode() ? " → " : " to ";
    }

    /**
     * @param place which store it comes from
     */
    static String of(Incident incident, Safe safe, String place) {
        IncidentMarkdown report = new IncidentMarkdown(incident, safe, place);
        report.summary();
        if (!incident.steps().isEmpty()) {
            report.timeline();
            report.percentages();
            report.evidence();
        }
        return report.text.toString();
    }

    private void summary() {
        line("# " + safe(incident.key()) + ": what happened");
        line("");
        line("From " + seconds(incident.since()) + " to " + seconds(incident.until()) + " ("
                + Times.text(Duration.between(incident.since(), incident.until())) + "), " + safe(place) + ".");
        line("");
        if (incident.steps().isEmpty()) {
            line("Nothing was changed in this time. The flag serves " + Incident.served(incident.now()) + ".");
            return;
        }
        Percentage before = incident.steps().get(0).servedBefore();
        line("- It served " + before + " before, at most " + incident.highest() + " meanwhile, and serves "
                + Incident.served(incident.now()) + " now"
                + (incident.now().kill().isPresent() ? ", killed" : "") + ".");
        line("- Since the first of these changes somebody was served the new path for "
                + Times.text(incident.exposedFor()) + ".");
        line("- " + plural(incident.steps().size(), "change") + ": " + people() + ".");
        incident.runs().forEach(this::run);
        incident.retreats().forEach(this::retreat);
        incident.kills().forEach(this::kill);
    }

    private String people() {
        Map<String, Long> byName = incident.steps().stream()
                .collect(Collectors.groupingBy(
                        step -> step.entry().actor().name(), LinkedHashMap::new, Collectors.counting()));
        return byName.entrySet().stream()
                .map(entry -> safe(entry.getKey()) + " " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private void run(RolloutRun run) {
        String state = run.state().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        String end = run.endedAt()
                .map(at -> ", ended " + seconds(at) + " after " + Times.text(Duration.between(run.startedAt(), at)))
                .orElse("");
        line("- Rollout " + safe(run.id()) + ", started " + seconds(run.startedAt()) + " by " + safe(run.startedBy())
                + ": " + state + " at stage " + (run.stage() + 1) + " of "
                + run.stages().size() + end
                + (run.why().isEmpty() ? "" : ": " + safe(run.why())) + ".");
    }

    private void retreat(Incident.Retreat retreat) {
        Instant began = retreat.first().entry().at();
        String since = retreat.raise()
                .map(raise -> Times.text(Duration.between(raise.entry().at(), began)) + " after the raise to "
                        + raise.servedAfter() + ", ")
                .orElse("");
        line("- Way back: " + since + "it began at " + seconds(began) + " ("
                + safe(retreat.first().entry().action())
                + " by " + safe(retreat.first().entry().actor().name()) + ")"
                + retreat.off()
                        .map(off -> "; nobody was served any more "
                                + (off.equals(began) ? "at once" : Times.text(Duration.between(began, off)) + " later"))
                        .orElse("; it ended at " + retreat.last().servedAfter())
                + ".");
    }

    private void kill(Incident.Killed kill) {
        line("- Killed " + seconds(kill.latch().at()) + " by "
                + safe(kill.latch().by()) + ": "
                + safe(kill.latch().reason())
                + kill.lifted()
                        .map(step -> "; lifted " + seconds(step.entry().at()) + " by "
                                + safe(step.entry().actor().name()) + ", after "
                                + Times.text(Duration.between(
                                        kill.latch().at(), step.entry().at())))
                        .orElse("; still in force")
                + ".");
    }

    private void timeline() {
        line("");
        line("## Timeline");
        line("");
        line("| time | after | revision | who | what | served | reached, taken away | why |");
        line("|---|---|---|---|---|---|---|---|");
        Instant first = incident.steps().get(0).entry().at();
        for (Incident.Step step : incident.steps()) {
            var share = step.share();
            line("| " + seconds(step.entry().at())
                    + " | " + Times.text(Duration.between(first, step.entry().at()))
                    + " | " + step.entry().revision()
                    + " | " + who(step)
                    + " | " + safe(step.entry().action())
                    + " | "
                    + (step.servedBefore().equals(step.servedAfter())
                            ? step.servedAfter().toString()
                            : step.servedBefore() + arrow + step.servedAfter())
                    + " | " + (share.reached().isZero() ? "" : "+" + share.reached())
                    + (share.taken().isZero() ? "" : "-" + share.taken())
                    + " | " + safe(step.entry().reason()) + " |");
        }
    }

    private String who(Incident.Step step) {
        var actor = step.entry().actor();
        return safe(actor.name()) + (actor.host().isEmpty() ? "" : " at " + safe(actor.host()));
    }

    private void percentages() {
        line("");
        line("## Whom it reached");
        line("");
        line("Shares of users without a target or rule of their own.");
        line("");
        line("| from | to | for | served |");
        line("|---|---|---|---|");
        List<Incident.Exposed> times = incident.exposed();
        for (int i = 0; i < times.size(); i++) {
            Incident.Exposed time = times.get(i);
            line("| " + seconds(time.from()) + " | " + (i == times.size() - 1 ? "now" : seconds(time.to())) + " | "
                    + Times.text(time.length()) + " | " + time.percentage() + " |");
        }
    }

    private void evidence() {
        List<Incident.Step> told = incident.steps().stream()
                .filter(step -> !step.entry().details().isEmpty()
                        || step.after()
                                .rollout()
                                .filter(run -> !run.why().isEmpty())
                                .isPresent())
                .toList();
        if (told.isEmpty()) {
            return;
        }
        line("");
        line("## What each step stood on");
        for (Incident.Step step : told) {
            line("");
            line("### " + seconds(step.entry().at()) + " " + safe(step.entry().action()) + ", revision "
                    + step.entry().revision());
            line("");
            if (!step.entry().reason().equals(UNSPECIFIED)) {
                line("- why: " + safe(step.entry().reason()));
            }
            step.after()
                    .rollout()
                    .filter(run -> !run.why().isEmpty()
                            && !run.why().equals(step.entry().reason()))
                    .ifPresent(run -> line("- the rollout is " + run.state() + ": " + safe(run.why())));
            step.entry().details().forEach((name, value) -> detail("- ", name, value));
        }
    }

    private void detail(String bullet, String name, @Nullable Object value) {
        if (value instanceof Map<?, ?> fields && !fields.isEmpty()) {
            line(bullet + safe(name));
            fields.forEach((field, inner) -> detail("  " + bullet, String.valueOf(field), inner));
        } else {
            line(bullet + safe(name) + ": " + safe(value instanceof String said ? said : Json.write(value)));
        }
    }

    private String safe(String value) {
        return markdown.text(value);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String plural(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
