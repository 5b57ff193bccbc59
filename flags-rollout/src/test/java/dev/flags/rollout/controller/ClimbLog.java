package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether an audit log tells of an honest rollout. All times are the store's, as the log has them. */
final class ClimbLog {
    private final String key;
    private final List<AuditEntry> entries;

    /** When nobody can have seen anything, by the store's clock. */
    record Gap(Instant from, Instant to) {}

    ClimbLog(FlagStore store, String key) {
        this.key = key;
        entries = new ArrayList<>(store.history(Optional.of(key), Long.MAX_VALUE, 1_000));
        Collections.reverse(entries);
    }

    long count(String action) {
        return of(action).size();
    }

    private List<AuditEntry> of(String action) {
        return entries.stream().filter(entry -> entry.action().equals(action)).toList();
    }

    /** No stage is skipped, none is raised twice. */
    ClimbLog requireOneStageAfterTheOther() {
        int expected = 0;
        for (AuditEntry entry : of("rollout advance")) {
            assertThat(stage(entry))
                    .as("no stage is skipped, none is raised twice")
                    .isEqualTo(expected++);
        }
        return this;
    }

    /**
     * No bake is shortened: each step up comes after as much healthy time as the plan says, and of a gap in which nobody could see anything no
     * more than three ticks count.
     */
    ClimbLog requireWholeBakes(Duration bake, List<Gap> gaps, Duration tick) {
        Instant raised = null;
        for (AuditEntry entry : entries) {
            boolean advance = entry.action().equals("rollout advance");
            if (raised != null && (advance || entry.action().equals("rollout complete"))) {
                String stage = " from " + raised + " to " + entry.at();
                Duration observed = Duration.parse((String) entry.details().get("observed"));
                assertThat(observed).as("observed" + stage).isGreaterThanOrEqualTo(bake);
                // a look's time is taken before the look, so that one can seem to have begun before the stage it sees
                Duration seen = Duration.between(raised, entry.at())
                        .minus(unseen(raised, entry.at(), gaps, tick))
                        .plus(tick);
                assertThat(observed)
                        .as("what nobody could see counts for no bake," + stage)
                        .isLessThanOrEqualTo(seen);
            }
            raised = advance ? entry.at() : raised;
        }
        return this;
    }

    private static Duration unseen(Instant from, Instant to, List<Gap> gaps, Duration tick) {
        Duration sum = Duration.ZERO;
        for (Gap gap : gaps) {
            if (gap.from().isAfter(from) && gap.to().isBefore(to)) {
                Duration unseen = Duration.between(gap.from(), gap.to()).minus(tick.multipliedBy(3));
                sum = unseen.isNegative() ? sum : sum.plus(unseen);
            }
        }
        return sum;
    }

    /** It came down once, not before this, and never rose again. */
    ClimbLog requireOneRollback(Instant notBefore) {
        List<AuditEntry> down = of("rollout roll back");
        assertThat(down).as("rolled back once").hasSize(1);
        assertThat(down.get(0).at())
                .as("rolled back when it was due")
                .isAfterOrEqualTo(notBefore.truncatedTo(ChronoUnit.MILLIS));
        assertThat(of("rollout advance"))
                .as("raised after it was rolled back")
                .noneMatch(entry -> entry.revision() > down.get(0).revision());
        assertThat(of("rollout rolled back")).hasSize(1);
        return this;
    }

    private int stage(AuditEntry entry) {
        Map<?, ?> flag = (Map<?, ?>) entry.after().get(key);
        return ((Number) ((Map<?, ?>) flag.get("rollout")).get("stage")).intValue();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append("\n  ")
                .append(entry.at())
                .append(' ')
                .append(entry.action())
                .append(' ')
                .append(entry.details())
                .append(' ')
                .append(entry.reason()));
        return text.toString();
    }
}
