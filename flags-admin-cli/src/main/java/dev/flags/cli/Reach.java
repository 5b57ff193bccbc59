package dev.flags.cli;

import dev.flags.admin.Exposure;
import dev.flags.model.FlagState;
import java.math.BigDecimal;

/**
 * Whom a change reaches, as shares of all users in percent, leaving aside rules and targets.
 *
 * @param newlyReached who gets the treatment and did not before
 * @param takenAway who no longer gets it
 */
record Reach(BigDecimal newlyReached, BigDecimal takenAway) {
    static Reach of(FlagState before, FlagState after) {
        Exposure.ShareChange change = Exposure.share(before, after);
        return new Reach(change.reached().toBigDecimal(), change.taken().toBigDecimal());
    }

    String text() {
        return "newly reached: " + newlyReached.toPlainString() + "% of users, taken away from: "
                + takenAway.toPlainString() + "%";
    }
}
