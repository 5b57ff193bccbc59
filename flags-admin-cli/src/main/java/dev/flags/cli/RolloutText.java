package dev.flags.cli;

import dev.flags.model.RolloutRun;
import dev.flags.rollout.AdvanceRule;
import dev.flags.rollout.Guard;
import dev.flags.rollout.Precondition;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RunWatch;
import dev.flags.rollout.Verdict;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A rollout for a person, in 80 columns: stages as a tree, guards with what they measured, and who watches. */
final class RolloutText {
    /** A controller that has not looked for so long is not watching. */
    private static final Duration STALE = Duration.ofSeconds(30);

    private static final int STATUS = 10;
    private static final int PERCENTAGE = 4;
    private static final int LINE_OF_BARS = 24;
    private static final int BAR = 14;

    private final RolloutView view;
    private final boolean unicode;
    private final Paragraphs text;

    private RolloutText(Shell shell, RolloutView view) {
        this.view = view;
        this.unicode = shell.safe.unicode();
        this.text = new Paragraphs(shell);
    }

    static String of(Shell shell, RolloutView view) {
        RolloutText text = new RolloutText(shell, view);
        text.head();
        text.stages();
        text.guards();
        text.conditions();
        text.notes();
        return text.text.toString();
    }

    private void head() {
        RolloutRun run = view.run();
        text.named(
                "flag",
                view.flag().key() + " in environment " + view.environment() + ", serving " + view.percentage()
                        + (view.flag().kill().isPresent() ? ", killed" : ""));
        text.named(
                "rollout",
                run.state() + (run.manual() ? ", by hand" : "") + ", stage " + (run.stage() + 1) + " of "
                        + run.stages().size() + ", started " + run.startedAt().truncatedTo(ChronoUnit.SECONDS) + " by "
                        + run.startedBy());
        if (!run.why().isEmpty()) {
            text.named("why", run.why());
        }
        run.endedAt()
                .ifPresent(at -> text.named(
                        "ended",
                        at.truncatedTo(ChronoUnit.SECONDS) + ", after "
                                + Times.text(Duration.between(run.startedAt(), at))));
        if (!run.manual()) {
            controller();
        }
        view.watch().ifPresent(this::traffic);
    }

    private void controller() {
        if (view.lease().isPresent()) {
            text.named("controller", view.lease().get().holder() + looked());
        } else if (!view.run().state().isFinal()) {
            text.named(
                    "controller",
                    "none is running, so nothing moves and nothing is watched; 'flags controller' runs one" + looked());
        }
    }

    private String looked() {
        return view.age()
                .map(age -> age.compareTo(STALE) < 0
                        ? ", looked " + Times.text(age) + " ago"
                        : "; last looked " + Times.text(age) + " ago")
                .orElse(view.run().state().isFinal() ? "" : "; has not looked yet");
    }

    private void traffic(RunWatch watch) {
        String instances = watch.instances().isPresent()
                ? watch.instances().getAsLong()
                        + (watch.instances().getAsLong() == 1 ? " instance reports" : " instances report")
                : "instances are not known";
        text.named("traffic", String.format(Locale.ROOT, "%s, %.1f users/s", instances, watch.usersPerSecond()));
        if (!view.run().state().isFinal()) {
            text.named(
                    "detection",
                    watch.detectsWithin()
                            .map(time -> "failures that double are seen within about " + Times.text(time))
                            .orElse("nothing to compare at this percentage and traffic: absolute guards alone"));
        }
    }

    private void stages() {
        RolloutRun run = view.run();
        int last = run.stages().size() - 1;
        int bakes = IntStream.rangeClosed(0, last)
                .map(i -> bakeOf(i).length())
                .max()
                .orElse(0);
        for (int i = 0; i <= last; i++) {
            String branch = unicode ? (i == last ? "└─ " : "├─ ") : i == last ? "`- " : "|- ";
            String percentage = run.stages().get(i).percentage().toString();
            text.line("  " + branch + (i + 1) + "  " + padded(percentage, PERCENTAGE) + "  "
                    + (bakes == 0 ? "" : padded(bakeOf(i), bakes) + "  ") + FlagView.stageState(run, i)
                    + progressOf(i));
        }
    }

    private String bakeOf(int stage) {
        Duration bake = view.bake(stage);
        boolean soak = view.run().stages().get(stage).bake().isZero();
        String approval = RolloutPlan.needsApproval(view.run().stages().get(stage)) ? "+approval" : "";
        return bake.isZero() ? approval : (soak ? "soak " : "bake ") + Times.text(bake) + approval;
    }

    private String progressOf(int stage) {
        RolloutRun run = view.run();
        Optional<Duration> healthy = view.healthy();
        Duration bake = view.bake(stage);
        if (stage != run.stage() || run.state().isFinal() || healthy.isEmpty() || bake.isZero()) {
            return "";
        }
        Duration left = bake.minus(healthy.get());
        String bar = "  " + Sparkline.progress((double) healthy.get().toMillis() / bake.toMillis(), BAR) + " ";
        return switch (run.state()) {
            case RUNNING, SOAKING -> bar + (left.isNegative() || left.isZero() ? "baked" : Times.text(left) + " to go");
            case AWAITING_APPROVAL -> bar + "baked";
            default -> bar + Times.text(healthy.get()) + " counted";
        };
    }

    private void guards() {
        List<Guard> guards = view.plan().map(RolloutPlan::guards).orElse(List.of());
        List<Verdict> verdicts = view.watch().map(RunWatch::verdicts).orElse(List.of());
        if (guards.isEmpty() && verdicts.isEmpty()) {
            return;
        }
        text.heading("guards");
        for (Guard guard : guards) {
            Optional<Verdict> verdict = verdicts.stream()
                    .filter(v -> v.guard().equals(guard.name()))
                    .findFirst();
            if (verdict.isPresent()) {
                verdict(verdict.get(), guard.text(), Measure.of(guard));
            } else {
                text.item("  " + padded("-", STATUS), guard.text() + ": not looked at yet", false);
            }
        }
        for (Verdict verdict : verdicts) {
            if (guards.stream().noneMatch(guard -> guard.name().equals(verdict.guard()))) {
                verdict(verdict, verdict.guard(), Measure.SHARE);
            }
        }
    }

    private void verdict(Verdict verdict, String name, Measure measure) {
        boolean breached = verdict.status() == Verdict.Status.BREACHED;
        text.item("  " + padded(word(verdict.status()), STATUS), name, breached);
        String indent = " ".repeat(STATUS + 2);
        String measured = measured(verdict, measure);
        if (!measured.isEmpty()) {
            text.item(indent, measured, false);
        }
        if (!verdict.treatment().isEmpty() || !verdict.control().isEmpty()) {
            Sparkline line = new Sparkline(unicode, Sparkline.top(List.of(verdict.treatment(), verdict.control())));
            text.line(indent + "new " + line.of(verdict.treatment(), LINE_OF_BARS) + "  old "
                    + line.of(verdict.control(), LINE_OF_BARS));
        }
        if (verdict.status() != Verdict.Status.HEALTHY && !verdict.text().isEmpty()) {
            text.item(
                    indent,
                    verdict.text()
                            + (verdict.shared() ? "; both arms suffer alike, so the cause is shared" : "")
                            + verdict.since()
                                    .map(at -> ", since " + at.truncatedTo(ChronoUnit.SECONDS))
                                    .orElse(""),
                    false);
        }
    }

    private String measured(Verdict verdict, Measure measure) {
        if (verdict.evidence().isPresent()) {
            double evidence = verdict.evidence().getAsDouble();
            return String.format(
                    Locale.ROOT,
                    "evidence ln E %.2f of ln 1/%s %.2f %s",
                    evidence,
                    unicode ? "α" : "alpha",
                    verdict.threshold(),
                    Sparkline.progress(verdict.threshold() > 0 ? evidence / verdict.threshold() : 0, BAR));
        }
        return verdict.value().isPresent()
                ? measure.text(verdict.value().getAsDouble()) + ", threshold " + measure.text(verdict.threshold())
                : "";
    }

    private void conditions() {
        List<AdvanceRule> rules = view.plan().map(RolloutPlan::advance).orElse(List.of());
        if (!rules.isEmpty()) {
            text.heading("needed to advance");
            List<Verdict> seen = view.watch().map(RunWatch::advance).orElse(List.of());
            for (AdvanceRule rule : rules) {
                Optional<Verdict> verdict =
                        seen.stream().filter(v -> v.guard().equals(rule.name())).findFirst();
                if (verdict.isPresent()) {
                    verdict(verdict.get(), rule.text(), Measure.SHARE);
                } else {
                    text.item("  " + padded("-", STATUS), rule.text() + ": not looked at yet", false);
                }
            }
        }
        List<Precondition> preconditions =
                view.plan().map(RolloutPlan::preconditions).orElse(List.of());
        if (!preconditions.isEmpty()) {
            text.heading("preconditions");
            Map<String, String> seen = view.watch().map(RunWatch::preconditions).orElse(Map.of());
            for (Precondition precondition : preconditions) {
                String why = seen.get(precondition.name());
                text.item(
                        "  " + padded(why == null ? "-" : why.isEmpty() ? "ok" : "FAILS", STATUS),
                        precondition.name() + (why == null ? ": not looked at yet" : why.isEmpty() ? "" : ": " + why),
                        why != null && !why.isEmpty());
            }
        }
    }

    private void notes() {
        List<String> notes = view.watch().map(RunWatch::notes).orElse(List.of());
        if (view.plan().isEmpty()) {
            text.heading("notes");
            text.item("  - ", "a later version made this rollout's plan, and it cannot be shown here", false);
        } else if (!notes.isEmpty()) {
            text.heading("notes");
        }
        notes.forEach(note -> text.item("  - ", note, false));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    static String word(Verdict.Status status) {
        return switch (status) {
            case HEALTHY -> "ok";
            case UNSETTLED -> "unsettled";
            case BREACHED -> "BREACHED";
            case NO_DATA -> "no data";
        };
    }

    /** What a guard's numbers are. */
    enum Measure {
        SHARE,
        NUMBER;

        static Measure of(Guard guard) {
            return guard instanceof Guard.Measured || guard instanceof Guard.CriticalCodes ? NUMBER : SHARE;
        }

        String text(double value) {
            double shown = this == SHARE ? value * 100 : value;
            String digits = BigDecimal.valueOf(shown)
                    .setScale(Math.abs(shown) >= 100 ? 0 : 2, RoundingMode.HALF_UP)
                    .stripTrailingZeros()
                    .toPlainString();
            return this == SHARE ? digits + "%" : digits;
        }
    }
}
