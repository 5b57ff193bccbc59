package dev.flags.rollout;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Stages as text: {@code 10:15m,50:15m:approval,100}. */
final class StageText {
    static final String APPROVAL = "approval";

    private StageText() {}

    /**
     * Parses stages separated by commas.
     *
     * @throws InvalidFlagException with every problem, each with the number of its stage
     */
    static List<Stage> list(String text) {
        List<Stage> stages = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        String[] parts = text.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            try {
                stages.add(parse(parts[i].strip()));
            } catch (InvalidFlagException e) {
                problems.add(
                        new Problem("stages/" + (i + 1), e.problems().get(0).message()));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidFlagException(problems);
        }
        return stages;
    }

    static Stage parse(String text) {
        String[] parts = text.split(":", -1);
        Percentage percentage = Percentage.parse(parts[0]);
        Duration bake = Duration.ZERO;
        boolean approval = false;
        for (int i = 1; i < parts.length; i++) {
            String part = parts[i].strip();
            if (i == parts.length - 1 && part.equals(APPROVAL)) {
                approval = true;
            } else if (i == 1) {
                bake = bake(part);
            } else {
                throw new InvalidFlagException(
                        "stages", "'" + text + "' is not a stage such as 10:15m or 50:15m:approval");
            }
        }
        return stage(percentage, bake, approval);
    }

    private static Duration bake(String text) {
        return DurationText.parse(text)
                .filter(bake -> !bake.isZero())
                .orElseThrow(() ->
                        new InvalidFlagException("stages", "'" + text + "' is not a bake such as 30s, 15m, 1h or 2d"));
    }

    static Stage stage(Percentage percentage, Duration bake, boolean approval) {
        return new Stage(percentage, bake, approval ? Map.of(APPROVAL, true) : Map.of());
    }

    static String of(Stage stage) {
        return ShareText.of(stage.percentage().toBigDecimal())
                + (stage.bake().isZero() ? "" : ":" + DurationText.of(stage.bake()))
                + (RolloutPlan.needsApproval(stage) ? ":" + APPROVAL : "");
    }
}
