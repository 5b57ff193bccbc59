package dev.flags.cli;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.rollout.Precondition;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.RolloutPlanBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make a plan: a file or a preset as a base, and what is put on top of it. Filled by picocli. */
final class PlanArgs {
    private static final String DEFAULT_STAGES = "10,50,100";
    private static final Duration DEFAULT_BAKE = Duration.ofMinutes(15);

    /** For whoever mistyped one; docs/rollout-plans.md says it at length. */
    private static final String GRAMMAR = """
            A guard is one of
              error-rate > 5% for 5m          availability < 99% for 5m       p95 > 3s for 10m
              slower-than 3s > 5% for 10m     code DATABASE_CONNECTION_LOST   breakers > 20%
              failures worse than control     latency worse than control      sample-ratio
              survivors < 80% for 1m          measure orphaned_rows > 0 for 5m
            with "NAME:" before it where it needs a name, and "min 100", "of control", "by 1.5x",
            "alpha 0.01", "-> rollback|step-back|hold|notify", "severity critical|high|medium|low" after it.""";

    @Option(
            names = "--stages",
            paramLabel = "N,N,…",
            description =
                    "the percentages, rising, each with a bake of its own where it has one, as 10:15m,50:approval,100;"
                            + " default: 10,50,100")
    @Nullable
    String stages;

    @Option(
            names = "--bake",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            description =
                    "how long each stage but the last must be healthy, where it says nothing itself; default: 15m")
    @Nullable
    Duration bake;

    @Option(
            names = "--soak",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            description = "how long the last stage is watched; default: 15m")
    @Nullable
    Duration soak;

    @Option(
            names = "--guard",
            paramLabel = "EXPR",
            description = "a rule that judges it, as 'error-rate > 5%% for 5m -> rollback'; may be repeated")
    List<String> guards = List.of();

    @Option(
            names = "--advance",
            paramLabel = "EXPR",
            description = "what must be so to climb, as 'error-rate < 1%%' or 'p95 < 10s'; may be repeated")
    List<String> advance = List.of();

    @Option(names = "--plan", paramLabel = "FILE", description = "a plan as YAML or JSON; other options add to it")
    @Nullable
    String file;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            description = "runbook, canary or careful; other options add to it")
    @Nullable
    String preset;

    @Option(
            names = "--hold-back",
            paramLabel = "N%",
            converter = PercentageConverter.class,
            description = "so many never get the treatment, so that there is somebody to compare with at the end")
    @Nullable
    Percentage holdBack;

    @Option(
            names = "--require-function",
            paramLabel = "NAME",
            description =
                    "neither starts nor climbs before this function is in the database; DATABASE/NAME for one of the"
                            + " controller's")
    List<String> functions = List.of();

    @Option(names = "--require-table", paramLabel = "NAME", description = "the same for a table")
    List<String> tables = List.of();

    @Option(names = "--require-column", paramLabel = "TABLE.NAME", description = "the same for a column")
    List<String> columns = List.of();

    @Option(
            names = "--require-migration",
            paramLabel = "VERSION",
            description = "the same for a migration: 42 or flyway:42, or liquibase:ID")
    List<String> migrations = List.of();

    @Option(
            names = "--require-query",
            paramLabel = "NAME",
            description = "the same for a query of the controller's configuration, which must give true")
    List<String> queries = List.of();

    @Option(
            names = "--require-endpoint",
            paramLabel = "NAME",
            description = "the same for an endpoint of the controller's configuration, which must answer well")
    List<String> endpoints = List.of();

    @Option(
            names = "--require-flag",
            paramLabel = "KEY[=on|off]",
            description = "the same for another flag, which must be on for everybody, or off")
    List<String> flags = List.of();

    /** Whether anything was said that only a controller looks at. */
    boolean needsController() {
        return soak != null
                || file != null
                || preset != null
                || holdBack != null
                || !List.of(guards, advance, functions, tables, columns, migrations, queries, endpoints, flags).stream()
                        .allMatch(List::isEmpty);
    }

    /** The plan for a controller. */
    RolloutPlan plan(Shell shell) {
        try {
            RolloutPlanBuilder builder = base(shell);
            if (stages != null || bake != null) {
                builder.stages(stages == null ? DEFAULT_STAGES : stages).bake(bake == null ? DEFAULT_BAKE : bake);
            }
            if (soak != null) {
                builder.soak(soak);
            }
            if (holdBack != null) {
                builder.holdBack(holdBack);
            }
            guards.forEach(builder::guard);
            advance.forEach(builder::advance);
            requirements(builder);
            return builder.build();
        } catch (InvalidFlagException e) {
            throw wrong(e);
        }
    }

    /** The plan for a person, who promotes each stage. */
    RolloutPlan manualPlan() {
        if (needsController()) {
            throw new UsageException(
                    "with --manual nobody looks at guards and preconditions: only --stages and --bake go with it");
        }
        try {
            RolloutPlanBuilder builder = RolloutPlan.manual(stages == null ? DEFAULT_STAGES : stages).toBuilder()
                    .withoutDefaultGuards();
            return (bake == null ? builder : builder.bake(bake)).build();
        } catch (InvalidFlagException e) {
            throw wrong(e);
        }
    }

    private RolloutPlanBuilder base(Shell shell) {
        if (bake != null && stages == null && (file != null || preset != null)) {
            throw new UsageException("--bake goes with --stages here: the stages of a plan or preset have their own");
        }
        if (file != null && preset != null) {
            throw new UsageException("say --plan or --preset; a plan's file can name a preset as its base");
        }
        if (file != null) {
            FlagFiles.Text text = FlagFiles.read(shell, file);
            try {
                return RolloutPlan.read(text.name(), text.text()).toBuilder();
            } catch (InvalidFlagException e) {
                throw new UsageException(file + " is no valid plan:\n" + e.getMessage(), e);
            }
        }
        return preset == null ? RolloutPlan.DEFAULT.toBuilder() : RolloutPlan.preset(preset);
    }

    private void requirements(RolloutPlanBuilder builder) {
        functions.forEach(name -> builder.require(object(Precondition.Kind.FUNCTION, name)));
        tables.forEach(name -> builder.require(object(Precondition.Kind.TABLE, name)));
        columns.forEach(name -> builder.require(object(Precondition.Kind.COLUMN, name)));
        migrations.forEach(version -> builder.require(migration(version)));
        queries.forEach(builder::requireQuery);
        endpoints.forEach(builder::requireHealthy);
        flags.forEach(text -> {
            int equals = text.indexOf('=');
            String state = equals < 0 ? "on" : text.substring(equals + 1).toLowerCase(Locale.ROOT);
            if (!state.equals("on") && !state.equals("off")) {
                throw new UsageException("--require-flag " + text + ": after = stands on or off");
            }
            builder.requireFlag(equals < 0 ? text : text.substring(0, equals), state.equals("on"));
        });
    }

    private static Precondition object(Precondition.Kind kind, String text) {
        int slash = text.indexOf('/');
        return new Precondition.DatabaseObject(
                kind, text.substring(slash + 1), slash < 0 ? "" : text.substring(0, slash));
    }

    private static Precondition migration(String text) {
        int colon = text.indexOf(':');
        String tool = colon < 0 ? "flyway" : text.substring(0, colon).toLowerCase(Locale.ROOT);
        String rest = text.substring(colon + 1);
        int slash = rest.indexOf('/');
        String database = slash < 0 ? "" : rest.substring(0, slash);
        String version = rest.substring(slash + 1);
        return switch (tool) {
            case "flyway" -> new Precondition.Migration(Precondition.MigrationTool.FLYWAY, version, database);
            case "liquibase" -> new Precondition.Migration(Precondition.MigrationTool.LIQUIBASE, version, database);
            default ->
                throw new UsageException(
                        "--require-migration " + text + ": before the colon stands flyway or liquibase");
        };
    }

    private static UsageException wrong(InvalidFlagException e) {
        boolean mistyped = e.problems().stream()
                .anyMatch(problem -> problem.message().contains("character")
                        && (problem.path().startsWith("guards")
                                || problem.path().startsWith("advance")));
        return new UsageException("the plan is not valid:\n" + e.getMessage() + (mistyped ? "\n" + GRAMMAR : ""), e);
    }
}
