package dev.flags.rollout;

import dev.flags.model.Fields;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Problems;
import dev.flags.model.RolloutRun.Stage;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Stages in plan documents: a text such as {@code 10:15m}, a percentage alone, or an object. */
final class StageReader {
    private StageReader() {}

    /** One stage; null where it is none, which is among the problems then. */
    static @Nullable Stage read(@Nullable Object element, Problems at) {
        if (element instanceof Map<?, ?>) {
            return object(element, at);
        }
        try {
            if (element instanceof String text) {
                return StageText.parse(text.strip());
            }
            Percentage percentage = PlanAmounts.percentage(element, at);
            return percentage == null ? null : new Stage(percentage, Duration.ZERO);
        } catch (InvalidFlagException e) {
            e.problems().forEach(problem -> at.add(problem.message()));
            return null;
        }
    }

    private static @Nullable Stage object(@Nullable Object element, Problems at) {
        Fields fields = Fields.of(element, at);
        if (fields == null) {
            return null;
        }
        int before = at.all().size();
        if (!fields.has("percentage")) {
            fields.at("percentage").add("is required");
        }
        Percentage percentage = PlanAmounts.percentage(fields.take("percentage"), fields.at("percentage"));
        Duration bake = PlanAmounts.duration(fields, "bake");
        boolean approval = fields.bool(StageText.APPROVAL, false);
        fields.refuseRest();
        return percentage == null || at.all().size() > before
                ? null
                : StageText.stage(percentage, bake == null ? Duration.ZERO : bake, approval);
    }
}
