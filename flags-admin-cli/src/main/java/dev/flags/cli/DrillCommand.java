package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.NoSuchFlagException;
import dev.flags.admin.BlockedException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drill",
        description = {
            "Rehearse a rollback: off by percentage and by kill, and on again each time, with the time that each step takes.",
            "Users of the environment see it, so a protected one is refused. At the end everything is as it was."
        })
final class DrillCommand extends Verb {
    @Parameters(paramLabel = "KEY", description = "the flag")
    String key = "";

    @Option(
            names = "--at",
            paramLabel = "N%",
            converter = PercentageConverter.class,
            description = "what to rehearse from where the flag serves nobody now; default: 10%%")
    Percentage at = Percentage.of(10);

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            description = "how long an application may take to serve a step; default: 30s")
    Duration timeout = Duration.ofSeconds(30);

    @Option(names = "--reason", paramLabel = "TEXT", description = "why; kept in the history after 'drill'")
    String reason = "";

    DrillCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (at.isZero()) {
            throw new UsageException("--at 0% would rehearse nothing");
        }
        try (FlagStore store = session.open()) {
            FlagState start = startable(store);
            try (Drill drill = new Drill(
                    store,
                    session.open(),
                    session.admin(store),
                    start,
                    reason,
                    timeout,
                    step -> session.shell.say("drill: " + step))) {
                return carryOut(store, start, drill);
            }
        }
    }

    private int carryOut(FlagStore store, FlagState start, Drill drill) throws InterruptedException {
        Optional<String> failure = Optional.empty();
        Optional<String> left = Optional.empty();
        try {
            drill.run(at);
        } catch (FlagsException e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
            left = drill.putBack();
        }
        boolean restored = left.isEmpty() && (failure.isPresent() || drill.isAsBefore());
        print(store, start, drill, restored, failure);
        session.shell.say("drill: in " + session.place(store));
        failure.ifPresent(why -> session.shell.say("flags: the drill ended early: " + why));
        if (!restored) {
            session.shell.say("flags: " + key + " could not be put back"
                    + left.map(why -> ": " + why).orElse("")
                    + ". It served " + percentage(start) + " and was not killed; 'flags history " + key
                    + "' shows what it is now, 'flags unkill " + key + "' and 'flags set " + key + " "
                    + percentage(start) + "' put it back");
        }
        if (failure.isPresent() || !restored) {
            return ExitCode.FAILED;
        }
        return drill.steps().stream().allMatch(step -> step.served().isPresent())
                ? ExitCode.DONE
                : ExitCode.NOT_IN_TIME;
    }

    private FlagState startable(FlagStore store) {
        FlagState flag = GetCommand.find(store, key, session);
        if (store.settings().isProtected() || session.settings().isProtected()) {
            throw new BlockedException(
                    "environment " + store.environment()
                            + " is protected, and a drill changes what its users get; rehearse in another one, with --environment NAME");
        }
        if (flag.kill().isPresent()) {
            throw new BlockedException(key + " is killed; 'flags unkill " + key + "' comes before a drill");
        }
        if (flag.activeRollout().isPresent()) {
            throw new BlockedException(
                    key + " has a rollout under way, which a drill would stop; let it end, or abort it");
        }
        FlagDefinition definition = flag.definition()
                .filter(d -> !d.archived())
                .orElseThrow(
                        () -> new NoSuchFlagException("there is no live flag " + key + " in " + session.place(store)));
        if (!definition.enabled()) {
            throw new BlockedException(
                    key + " is disabled, so that a drill would show nothing; 'flags enable " + key + "' comes first");
        }
        return flag;
    }

    private void print(FlagStore store, FlagState start, Drill drill, boolean restored, Optional<String> failure) {
        session.print(
                Tree.versioned()
                        .put("key", key)
                        .put("environment", store.environment())
                        .put("percentage", percentage(start).toBigDecimal())
                        .put("steps", (Object)
                                drill.steps().stream().map(DrillCommand::tree).toList())
                        .put("restored", restored)
                        .put("problem", failure.orElse(null)),
                revisions(drill.steps()),
                () -> text(store, start, drill, restored));
    }

    private static Object tree(Drill.Step step) {
        return new Tree()
                .put("step", step.what())
                .put("revision", step.revision())
                .put("committed", step.committed().toString())
                .put("served", step.served().map(Duration::toString).orElse(null))
                .map();
    }

    private String text(FlagStore store, FlagState start, Drill drill, boolean restored) {
        Table table = new Table(session.shell, "STEP", "REVISION", "COMMITTED IN", "SERVED AFTER");
        for (Drill.Step step : drill.steps()) {
            table.row(
                    step.what(),
                    Long.toString(step.revision()),
                    millis(step.committed()),
                    step.served().map(DrillCommand::millis).orElse("not within " + Times.text(timeout)));
        }
        return "drill of " + safe(key) + " in environment " + safe(store.environment()) + ", which serves "
                + percentage(start) + "\n\n" + table + "\n"
                + (restored ? "It is as it was before." : "It is NOT as it was before.")
                + " Served: by this process, which follows the store as applications do.\n";
    }

    private static Percentage percentage(FlagState flag) {
        return flag.definition().map(FlagDefinition::percentage).orElse(Percentage.ZERO);
    }

    private static String millis(Duration time) {
        return String.format(Locale.ROOT, "%,d ms", Math.max(1, time.toMillis()));
    }

    /** Names for {@code -o name}, so that a script can look at the entries. */
    private static List<String> revisions(List<Drill.Step> steps) {
        return steps.stream().map(step -> Long.toString(step.revision())).toList();
    }
}
