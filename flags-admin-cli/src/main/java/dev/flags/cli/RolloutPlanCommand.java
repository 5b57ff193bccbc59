package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.Percentage;
import dev.flags.rollout.Guard;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.rollout.RunWatch;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "plan",
        description = {
            "What a rollout would do and see, before anything starts: how long each stage needs to see a degradation, and",
            "what its preconditions say now. Writes nothing and refuses nothing but a plan that is not valid."
        })
final class RolloutPlanCommand extends Verb {
    private static final double USERS_PER_SECOND = 100;

    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Mixin
    final PlanArgs planned = new PlanArgs();

    @Option(
            names = "--rps",
            paramLabel = "N",
            description = "users who call in a second; default: what a controller last saw of the flag, else 100")
    @Nullable
    Double usersPerSecond;

    @Option(
            names = "--failure-rate",
            paramLabel = "N%",
            converter = PercentageConverter.class,
            description = "the share of the old path's calls that fail; default: 1%%")
    Percentage failureRate = Percentage.of(1);

    @Option(
            names = "--detect",
            paramLabel = "N%|Nx",
            description =
                    "what is to be seen: the new path's share of failures, or so many times the old one's; default: 2x")
    String detect = "2x";

    @Mixin
    final ControllerConfigArg config = new ControllerConfigArg();

    RolloutPlanCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        RolloutPlan plan = planned.plan(session.shell);
        double healthy = failureRate.toBigDecimal().doubleValue() / 100;
        double degraded = degraded(healthy);
        Double said = usersPerSecond;
        if (said != null && !(said > 0 && said < 1e9)) {
            throw new UsageException("--rps must be above 0");
        }
        try (FlagStore store = session.open()) {
            GetCommand.find(store, key, session);
            Driving driving = Driving.of(session, store, config.file);
            Forecast forecast = new Forecast(plan, said == null ? seen(store) : said, healthy, degraded);
            List<Driving.State> preconditions = driving.look(plan);
            List<String> notes = new ArrayList<>(notes(store, plan));
            notes.addAll(driving.notes(plan, false));
            PlanReport report = new PlanReport(key, store.environment(), forecast, preconditions, notes);
            session.print(
                    report.tree(), plan.guards().stream().map(Guard::name).toList(), () -> report.text(session.shell));
        }
        return ExitCode.DONE;
    }

    private double degraded(double healthy) {
        String text = detect.strip().toLowerCase(Locale.ROOT);
        try {
            boolean times = text.endsWith("x") || text.endsWith("×");
            double rate = times
                    ? healthy * Double.parseDouble(text.substring(0, text.length() - 1))
                    : PercentageConverter.parse(text).toBigDecimal().doubleValue() / 100;
            if (rate > 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException | TypeConversionException e) {
            // said below, the same way
        }
        throw new UsageException(
                "--detect '" + detect + "' is neither a share such as 7% nor a factor such as 2x, and the share that"
                        + " comes of it must be above 0% and at most 100%");
    }

    private double seen(FlagStore store) {
        return RunWatch.read(store, key)
                .map(RunWatch::usersPerSecond)
                .filter(rate -> rate > 0)
                .orElse(USERS_PER_SECOND);
    }

    /** What start would say, or why it would refuse. */
    private List<String> notes(FlagStore store, RolloutPlan plan) {
        try {
            WriteOutcome outcome = new Rollouts(store, session.actor())
                    .start(key, plan, new WriteOptions("plan", true, OptionalLong.empty(), true));
            return outcome instanceof WriteOutcome.Done done ? done.notes() : List.of();
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (FlagsException e) {
            return List.of("'rollout start' would refuse now: " + e.getMessage());
        }
    }

    /**
     * What is printed.
     *
     * @param notes of what starts it
     */
    record PlanReport(
            String key, String environment, Forecast forecast, List<Driving.State> preconditions, List<String> notes) {

        Tree tree() {
            RolloutPlan plan = forecast.plan();
            return Tree.versioned()
                    .put("key", key)
                    .put("environment", environment)
                    .put(
                            "assumed",
                            new Tree()
                                    .put("usersPerSecond", forecast.usersPerSecond())
                                    .put("failureRate", forecast.healthy())
                                    .put("degraded", forecast.degraded())
                                    .map())
                    .put("stages", (Object)
                            forecast.stages().stream().map(PlanReport::stage).toList())
                    .put("guards", (Object) plan.guards().stream()
                            .map(guard -> new Tree()
                                    .put("name", guard.name())
                                    .put("text", guard.text())
                                    .put("action", guard.action().name())
                                    .put("severity", guard.severity().name())
                                    .map())
                            .toList())
                    .put("preconditions", (Object) preconditions.stream()
                            .map(state -> new Tree()
                                    .put("name", state.precondition().name())
                                    .put("passed", state.passed().orElse(null))
                                    .put("why", state.why())
                                    .map())
                            .toList())
                    .put("plan", plan.tree())
                    .put("notes", notes);
        }

        private static Object stage(Forecast.Stage stage) {
            return new Tree()
                    .put("percentage", stage.percentage().toBigDecimal())
                    .put(stage.last() ? "soak" : "bake", stage.watched().toString())
                    .put("suffices", stage.suffices())
                    .put("detection", (Object) stage.sights().stream()
                            .map(sight -> new Tree()
                                    .put("guard", sight.guard().name())
                                    .put("action", sight.guard().action().name())
                                    .put(
                                            "within",
                                            sight.within()
                                                    .map(Duration::toString)
                                                    .orElse(null))
                                    .map())
                            .toList())
                    .map();
        }

        String text(Shell shell) {
            RolloutPlan plan = forecast.plan();
            Paragraphs text = new Paragraphs(shell);
            text.named("flag", key + " in environment " + environment);
            text.named(
                    "assumed",
                    String.format(
                            Locale.ROOT,
                            "%s users/s; %s of the old path's calls fail, and %s of the new path's",
                            number(forecast.usersPerSecond()),
                            RolloutText.Measure.SHARE.text(forecast.healthy()),
                            RolloutText.Measure.SHARE.text(forecast.degraded())));
            text.named("takes", Times.text(total()) + " when nothing holds it");
            text.heading("stages, and who sees that first");
            List<Forecast.Stage> stages = forecast.stages();
            for (int i = 0; i < stages.size(); i++) {
                stage(text, i, stages.get(i), plan);
            }
            text.heading("guards");
            plan.guards().forEach(guard -> text.item("  ", guard.text(), false));
            if (!plan.advance().isEmpty()) {
                text.heading("needed to advance");
                plan.advance().forEach(rule -> text.item("  ", rule.text(), false));
            }
            if (!preconditions.isEmpty()) {
                text.heading("preconditions");
                preconditions.forEach(state -> precondition(text, state));
            }
            if (!plan.hooks().isEmpty()) {
                text.heading("hooks");
                plan.hooks()
                        .forEach(use -> text.item(
                                "  ",
                                use.at().name().toLowerCase(Locale.ROOT).replace('_', '-') + ": " + use.hook()
                                        + (use.gate() ? ", which must agree" : ""),
                                false));
            }
            if (!notes.isEmpty()) {
                text.heading("notes");
                notes.forEach(note -> text.item("  - ", note, false));
            }
            return text.toString();
        }

        private Duration total() {
            return forecast.stages().stream().map(Forecast.Stage::watched).reduce(Duration.ZERO, Duration::plus);
        }

        private static void stage(Paragraphs text, int index, Forecast.Stage stage, RolloutPlan plan) {
            boolean approval = RolloutPlan.needsApproval(plan.stages().get(index));
            String front = String.format(
                    Locale.ROOT,
                    "  %d  %-6s %-10s ",
                    index + 1,
                    stage.percentage(),
                    stage.watched().isZero() ? "" : (stage.last() ? "soak " : "bake ") + Times.text(stage.watched()));
            Optional<Forecast.Sight> first = stage.first();
            Optional<Forecast.Sight> back = stage.firstBack().filter(sight -> !first.equals(Optional.of(sight)));
            String seen = first.map(PlanReport::sight).orElse("nobody")
                    + back.map(sight -> ", " + sight(sight)).orElse("");
            text.item(
                    front,
                    seen
                            + (stage.suffices()
                                    ? ""
                                    : first.isPresent()
                                            ? ": the " + (stage.last() ? "soak" : "bake") + " is too short to see it"
                                            : ": it would not be seen here")
                            + (approval ? "; then waits for approval" : ""),
                    false);
        }

        private static String sight(Forecast.Sight sight) {
            return sight.guard().action().text() + " after "
                    + Times.text(sight.within().orElseThrow()) + " by "
                    + sight.guard().name();
        }

        private static void precondition(Paragraphs text, Driving.State state) {
            String word = state.passed().map(passed -> passed ? "ok" : "FAILS").orElse("unknown");
            text.item(
                    String.format(Locale.ROOT, "  %-9s", word),
                    state.precondition().name() + (state.why().isEmpty() ? "" : ": " + state.why()),
                    word.equals("FAILS"));
        }

        private static String number(double value) {
            return value == Math.rint(value)
                    ? String.format(Locale.ROOT, "%.0f", value)
                    : String.format(Locale.ROOT, "%.1f", value);
        }
    }
}
