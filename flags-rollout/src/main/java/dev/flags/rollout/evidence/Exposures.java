package dev.flags.rollout.evidence;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.statistics.SampleRatio;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Followed users, each at the percentage and in the arm in which a process first met him, whichever process that was. Those counted
 * twice, because two processes met them, are left out the second time. Not thread-safe; confine it to one thread.
 */
final class Exposures {
    /** About a quarter of a million users of the application, of whom one in 64 is followed. */
    private static final int MOST = 4_096;

    private final CountedUsers met;
    private SampleRatio ratio;

    private Exposures(CountedUsers met, SampleRatio ratio) {
        this.met = met;
        this.ratio = ratio;
    }

    static Exposures none() {
        return new Exposures(new CountedUsers(MOST), SampleRatio.NONE);
    }

    SampleRatio ratio() {
        return ratio;
    }

    /** Adds rows of one window and one percentage. */
    void add(Percentage percentage, List<OutcomeRow> rows) {
        Set<Long> treated = new HashSet<>();
        Set<Long> controls = new HashSet<>();
        for (OutcomeRow row : rows) {
            row.treatment().exposures().stream().forEach(treated::add);
            row.control().exposures().stream().forEach(controls::add);
        }
        // who is met in both arms at once says nothing of the split
        Set<Long> both = new HashSet<>(treated);
        both.retainAll(controls);
        both.forEach(met::add);
        long treatment = treated.stream().filter(met::add).count();
        long control = controls.stream().filter(met::add).count();
        met.settle();
        if (treatment + control > 0) {
            ratio = ratio.add(percentage, treatment, control);
        }
    }

    Map<String, Object> tree() {
        Map<String, Object> strata = new LinkedHashMap<>();
        ratio.strata()
                .forEach((percentage, exposed) ->
                        strata.put("" + percentage.buckets(), List.of(exposed.treatment(), exposed.control())));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("users", met.tree());
        tree.put("strata", strata);
        return tree;
    }

    static Exposures read(Tree tree) {
        Tree strata = tree.tree("strata");
        Map<Percentage, SampleRatio.Exposed> exposed = new TreeMap<>();
        for (String percentage : strata.names()) {
            List<Long> counts = strata.counts(percentage);
            if (counts.size() != 2) {
                throw new IllegalArgumentException("exposures at " + percentage + " are of two arms, were " + counts);
            }
            exposed.put(
                    new Percentage(Integer.parseInt(percentage)),
                    new SampleRatio.Exposed(counts.get(0), counts.get(1)));
        }
        return new Exposures(CountedUsers.read(MOST, tree.tree("users")), SampleRatio.of(exposed));
    }
}
