package dev.flags.rollout;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun;
import dev.flags.model.RolloutRun.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A planned climb.
 *
 * @param stages at least one; each percentage is above the one before. A bake of zero means: as long as a person waits
 * @param guards judge it, in every state that is not final
 * @param advance what must be so for a stage to be left upwards, beside guards that are healthy
 * @param preconditions what must be so before the start and before each raise
 * @param hooks what is called, and when
 * @param stepBack how it goes down step by step
 * @param holdBack so many never get the treatment: the last stage is this much below 100 %, so that there is somebody to compare with. 0: nobody
 * @param soak how long the last stage is watched before the run is completed
 * @param missing when too little is reported, the rollout holds; after so long without, it does this
 */
public record RolloutPlan(
        List<Stage> stages,
        List<Guard> guards,
        List<AdvanceRule> advance,
        List<Precondition> preconditions,
        List<HookUse> hooks,
        StepBack stepBack,
        Percentage holdBack,
        Duration soak,
        Missing missing) {
    /** How long the last stage is watched by default. */
    public static final Duration SOAK = Duration.ofMinutes(15);

    /** 10 %, 50 %, 100 %, promoted by hand. */
    public static final RolloutPlan DEFAULT = parse("10,50,100");

    /**
     * What happens when metrics stay away.
     *
     * @param after how long the rollout holds first
     * @param action and then
     */
    public record Missing(Duration after, Guard.Action action) {
        /** Holds. */
        public static final Missing HOLD = new Missing(Duration.ZERO, Guard.Action.HOLD);
    }

    private static final String WHERE = "stages";

    public RolloutPlan {
        stages = List.copyOf(stages);
        guards = List.copyOf(guards);
        advance = List.copyOf(advance);
        preconditions = List.copyOf(preconditions);
        hooks = List.copyOf(hooks);
        List<Problem> problems = problemsOf(stages);
        if (!problems.isEmpty()) {
            throw new InvalidFlagException(problems);
        }
    }

    /** Only stages. */
    public RolloutPlan(List<Stage> stages) {
        this(stages, List.of(), List.of(), List.of(), List.of(), StepBack.DEFAULT, Percentage.ZERO, SOAK, Missing.HOLD);
    }

    /** The plan that a run was started with. */
    public static RolloutPlan of(RolloutRun run) {
        return new RolloutPlan(run.stages());
    }

    /** Whether a stage is left only when a person has agreed: {@code rollout promote}. */
    public static boolean needsApproval(Stage stage) {
        return Boolean.TRUE.equals(stage.extra().get("approval"));
    }

    /** The first level of a gradual rollback that is below a percentage; 0 % below the lowest. */
    public Percentage levelBelow(Percentage percentage) {
        List<Percentage> levels = stepBack.levels().isEmpty()
                ? stages.stream().map(Stage::percentage).toList()
                : stepBack.levels();
        return levels.stream()
                .filter(level -> level.compareTo(percentage) < 0)
                .max(Comparator.naturalOrder())
                .orElse(Percentage.ZERO);
    }

    /**
     * Stages that a person promotes.
     *
     * @param percentages rising
     * @param bake how long each but the last is meant to be watched; the last has nothing to be promoted to
     */
    public static RolloutPlan manual(List<Percentage> percentages, Duration bake) {
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < percentages.size(); i++) {
            stages.add(new Stage(percentages.get(i), i < percentages.size() - 1 ? bake : Duration.ZERO));
        }
        return new RolloutPlan(stages);
    }

    /**
     * Parses {@code 10,50,100} or {@code 10:15m,50:15m,100}: percentages separated by commas, each with an optional bake in
     * {@code s}, {@code m}, {@code h} or {@code d}.
     *
     * @throws InvalidFlagException with every problem, each with the number of its stage
     */
    public static RolloutPlan parse(String text) {
        List<Stage> stages = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        String[] parts = text.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            try {
                stages.add(stage(parts[i].strip()));
            } catch (InvalidFlagException e) {
                problems.add(new Problem(path(i), e.problems().get(0).message()));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidFlagException(problems);
        }
        return new RolloutPlan(stages);
    }

    private static Stage stage(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new Stage(Percentage.parse(text), Duration.ZERO)
                : new Stage(Percentage.parse(text.substring(0, colon)), duration(text.substring(colon + 1)));
    }

    private static Duration duration(String text) {
        try {
            long amount = Long.parseLong(text, 0, text.length() - 1, 10);
            Duration unit = switch (text.charAt(text.length() - 1)) {
                case 's' -> Duration.ofSeconds(1);
                case 'm' -> Duration.ofMinutes(1);
                case 'h' -> Duration.ofHours(1);
                case 'd' -> Duration.ofDays(1);
                default -> Duration.ZERO;
            };
            if (amount > 0 && !unit.isZero()) {
                return unit.multipliedBy(amount);
            }
        } catch (IndexOutOfBoundsException | NumberFormatException | ArithmeticException e) {
            // said below, the same way
        }
        throw new InvalidFlagException(WHERE, "'" + text + "' is not a bake such as 30s, 15m, 1h or 2d");
    }

    private static List<Problem> problemsOf(List<Stage> stages) {
        List<Problem> problems = new ArrayList<>();
        if (stages.isEmpty()) {
            problems.add(new Problem(WHERE, "must not be empty"));
        }
        for (int i = 0; i < stages.size(); i++) {
            Percentage percentage = stages.get(i).percentage();
            if (percentage.isZero()) {
                problems.add(new Problem(path(i), "serves nobody; a stage is above 0 %"));
            } else if (i > 0 && percentage.compareTo(stages.get(i - 1).percentage()) <= 0) {
                problems.add(new Problem(
                        path(i),
                        percentage + " is not above " + stages.get(i - 1).percentage() + "; stages must rise"));
            }
        }
        return problems;
    }

    private static String path(int stage) {
        return WHERE + "/" + (stage + 1);
    }
}
