package dev.flags.outcomes;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the logger back until there is a line to write, which is never on a thread that decides. */
final class OutcomeLogs {
    static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private OutcomeLogs() {}

    static void breakerBegunAnew(BreakerStatus status) {
        LOG.info(
                "flag '{}': a rollout begins; this process takes the new path ({} calls were sent the old path so far)",
                status.flag(),
                status.diverted());
    }

    static void breaker(BreakerStatus status) {
        switch (status.state()) {
            case OPEN ->
                LOG.warn(
                        "flag '{}': {}; this process takes the old path at once, and tries the new one again later",
                        status.flag(),
                        status.calls() == 0
                                ? "the new path failed again"
                                : "the new path failed in " + status.failures() + " of " + status.calls() + " calls");
            case HALF_OPEN ->
                LOG.info("flag '{}': this process tries the new path again, one call at a time", status.flag());
            case CLOSED ->
                LOG.info(
                        "flag '{}': the new path does well again; this process takes it ({} calls were sent the old path so far)",
                        status.flag(),
                        status.diverted());
            default -> throw new IllegalStateException(status.state().name());
        }
    }
}
