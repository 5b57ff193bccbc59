package dev.flags.rollout;

import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What is to be said of a plan when it starts: what it will not see. */
final class StartNotes {
    private static final Duration LATELY = Duration.ofMinutes(2);

    private StartNotes() {}

    static List<String> of(FlagStore store, String key, RolloutPlan plan) {
        List<String> notes = new ArrayList<>();
        if (store.controllerRecords().isEmpty()) {
            notes.add("this kind of store keeps nothing for a controller, so that nobody will raise " + key
                    + "; a rollout that a person promotes is started with --manual");
        } else if (store.controllerRecords().get().holder().isEmpty()) {
            notes.add("no controller is at work in this environment; 'flags controller' begins with the first stage");
        }
        comparison(plan, notes);
        reports(store, key, plan, notes);
        return notes;
    }

    private static void comparison(RolloutPlan plan, List<String> notes) {
        Percentage last = plan.stages().get(plan.stages().size() - 1).percentage();
        if (plan.guards().isEmpty()) {
            notes.add("the plan has no guards: it climbs by time alone");
        } else if (last.isFull()) {
            String absolute = plan.guards().stream()
                    .filter(guard -> !comparesArms(guard))
                    .map(Guard::name)
                    .collect(Collectors.joining(", "));
            notes.add("at 100% nobody is left to compare with: "
                    + (absolute.isEmpty() ? "nothing watches" : "only these watch: " + absolute)
                    + "; a hold-back of 1% keeps the comparison");
        }
    }

    private static boolean comparesArms(Guard guard) {
        return guard instanceof Guard.Compared
                || guard instanceof Guard.SampleRatio
                || (guard instanceof Guard.Rate rate && rate.arm() == Guard.Arm.CONTROL);
    }

    /** Instances report from the beginning of a run, so what can be known before is what they reported of the last one. */
    private static void reports(FlagStore store, String key, RolloutPlan plan, List<String> notes) {
        if (plan.guards().stream().allMatch(Guard.Measured.class::isInstance)
                && plan.advance().isEmpty()) {
            return;
        }
        if (store.outcomes().isEmpty()) {
            notes.add(
                    "this kind of store keeps no outcomes: guards on calls will have no data, and the rollout will hold");
            return;
        }
        FlagState flag = store.flag(key);
        boolean reported = flag.rollout()
                .map(RolloutRun::id)
                .filter(run -> !store.outcomes()
                        .get()
                        .read(run, store.now().minus(LATELY))
                        .rows()
                        .isEmpty())
                .isPresent();
        if (!reported) {
            notes.add("no instance has reported outcomes of " + key
                    + " lately: guards on calls need applications that choose by"
                    + " flags.choose; while none reports, the rollout holds");
        }
    }
}
