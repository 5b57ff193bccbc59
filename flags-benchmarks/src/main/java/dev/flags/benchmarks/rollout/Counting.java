package dev.flags.benchmarks.rollout;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.statistics.RateRatio;
import dev.flags.rollout.statistics.RateRatio.Factor;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The same comparison, fed in ways that look just as reasonable. Each is here to be seen failing: a trap that none of them steps into
 * would be none.
 */
enum Counting implements Judging {
    /** As it should be: a user who fails counts once in the run, in the arm of the first failure; one factor for each percentage. */
    ONCE_PER_USER("each user once"),
    /** The same, with the share of the treatment that the processes' own counts of users give. */
    COUNTED_SHARE("shares as processes count users"),
    /** One factor for a window, whatever percentages were in force. */
    POOLED_PERCENTAGES("percentages pooled"),
    /** Users who fail count once, but all calls are what they are compared with. */
    CALLS_AS_N("failed users of all calls"),
    /** Every call that fails counts. */
    EVERY_FAILURE("every failed call"),
    /** Each process counts a user who fails once. */
    ONCE_PER_PROCESS("each user once in each process"),
    /** A user who fails counts once in each arm. */
    ONCE_PER_ARM("each user once in each arm"),
    /** Two proportions and their normal distribution, with all that was counted until then, at every look. */
    Z_TEST("a z-test at every look"),
    /** The same with the variance of each arm by itself, which is zero where nobody failed yet. */
    WALD_TEST("a Wald test at every look");

    private static final double Z = 2.3263; // one-sided, α = 0.01

    final String text;

    Counting(String text) {
        this.text = text;
    }

    @Override
    public Judge judge(double alpha) {
        Set<String> failedBefore = new HashSet<>();
        if (this == Z_TEST || this == WALD_TEST) {
            Counts sum = new Counts();
            return (window, rows) -> {
                factors(rows, failedBefore).values().forEach(sum::add);
                return sum.z(this == Z_TEST) > Z;
            };
        }
        RateRatio[] ratio = {RateRatio.of(RateRatio.Form.CHANGE_POINT, 1)};
        return (window, rows) -> {
            factors(rows, failedBefore)
                    .forEach((percentage, counts) -> ratio[0] = ratio[0].add(factor(percentage, counts)));
            return ratio[0].fires(alpha);
        };
    }

    private Map<Percentage, Counts> factors(List<OutcomeRow> rows, Set<String> failedBefore) {
        Map<Percentage, Counts> factors = new TreeMap<>();
        for (OutcomeRow row : rows) {
            Percentage percentage = this == POOLED_PERCENTAGES ? Percentage.FULL : row.percentage();
            Counts counts = factors.computeIfAbsent(percentage, p -> new Counts());
            counts.usersTreatment += users(row.treatment());
            counts.usersControl += users(row.control());
            counts.failedTreatment += failed(row, row.treatment(), "treatment", failedBefore);
            counts.failedControl += failed(row, row.control(), "control", failedBefore);
        }
        return factors;
    }

    private long users(OutcomeRow.Arm arm) {
        return this == CALLS_AS_N || this == EVERY_FAILURE ? arm.calls() : arm.users();
    }

    private long failed(OutcomeRow row, OutcomeRow.Arm arm, String name, Set<String> failedBefore) {
        if (this == EVERY_FAILURE) {
            return arm.failures();
        }
        String scope = switch (this) {
            case ONCE_PER_PROCESS -> row.instance();
            case ONCE_PER_ARM -> name;
            default -> "";
        };
        return arm.failedUsers().stream()
                .filter(hash -> failedBefore.add(scope + hash))
                .count();
    }

    private Factor factor(Percentage percentage, Counts counts) {
        Factor factor =
                new Factor(counts.usersTreatment, counts.failedTreatment, counts.usersControl, counts.failedControl);
        return this == ONCE_PER_USER ? factor.atLeast(percentage) : factor;
    }

    private static final class Counts {
        long usersTreatment;
        long failedTreatment;
        long usersControl;
        long failedControl;

        void add(Counts more) {
            usersTreatment += more.usersTreatment;
            failedTreatment += more.failedTreatment;
            usersControl += more.usersControl;
            failedControl += more.failedControl;
        }

        /** By how many standard deviations the treatment's rate is above the control's. */
        double z(boolean pooled) {
            double treatment = (double) failedTreatment / usersTreatment;
            double control = (double) failedControl / usersControl;
            double both = (double) (failedTreatment + failedControl) / (usersTreatment + usersControl);
            double spread = Math.sqrt(variance(pooled ? both : treatment) / usersTreatment
                    + variance(pooled ? both : control) / usersControl);
            return spread > 0 ? (treatment - control) / spread : 0;
        }

        private static double variance(double rate) {
            return rate * (1 - rate);
        }
    }
}
