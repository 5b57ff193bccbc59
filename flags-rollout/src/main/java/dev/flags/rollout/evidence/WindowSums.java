package dev.flags.rollout.evidence;

import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.Guard.Arm;
import java.time.Duration;
import java.util.List;

/** What the calls of some windows came to, of all instances and percentages. Not thread-safe; confine it to one thread. */
final class WindowSums {
    /** Whether anybody has reported; for several windows, how many of them somebody has. */
    private long reported;

    private final ArmSums treatment;
    private final ArmSums control;

    WindowSums(int bounds) {
        this.treatment = new ArmSums(bounds);
        this.control = new ArmSums(bounds);
    }

    long reported() {
        return reported;
    }

    ArmSums of(Arm arm) {
        return arm == Arm.TREATMENT ? treatment : control;
    }

    /** With one more row of the same window. */
    void add(OutcomeRow row, List<Duration> bounds) {
        reported = 1;
        treatment.add(row.treatment(), row.sample(), bounds);
        control.add(row.control(), row.sample(), bounds);
    }

    /** With other windows. */
    void add(WindowSums more) {
        reported += more.reported;
        treatment.add(more.treatment);
        control.add(more.control);
    }

    void write(BitWriter to) {
        to.number(reported);
        if (reported > 0) {
            treatment.write(to);
            control.write(to);
        }
    }

    void read(BitReader from) {
        reported = from.number();
        if (reported > 0) {
            treatment.read(from);
            control.read(from);
        }
    }
}
