package dev.flags.store;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.FlagType;
import dev.flags.model.Percentage;
import java.util.Optional;
import java.util.Set;

/** Whether a store that lost commits would, with its older state of a flag, reach more users than the state known here. */
final class RewoundExposure {
    private RewoundExposure() {}

    static boolean raises(FlagState known, FlagState theirs) {
        if (theirs.kill().isPresent()) {
            // lifting it will be a newer commit of the flag, and that one counts whatever it does
            return false;
        }
        return known.kill().isPresent() || raises(known.definition(), theirs.definition());
    }

    private static boolean raises(Optional<FlagDefinition> known, Optional<FlagDefinition> theirs) {
        if (theirs.isEmpty()) {
            // not lower: a caller's default may be anything, and the known form is what was last served
            return known.isPresent();
        }
        if (known.isEmpty()) {
            return serves(theirs.get());
        }
        if (!serves(theirs.get())) {
            return false;
        }
        if (!serves(known.get())) {
            return true;
        }
        // what differs in anything but the percentage could reach anybody
        return !who(known.get()).equals(who(theirs.get()))
                || theirs.get().percentage().compareTo(known.get().percentage()) > 0;
    }

    private static boolean serves(FlagDefinition definition) {
        return definition.enabled() && !definition.archived();
    }

    private static FlagDefinition who(FlagDefinition definition) {
        return definition.toBuilder()
                .percentage(Percentage.ZERO)
                .type(FlagType.RELEASE)
                .description("")
                .owner("")
                .tags(Set.of())
                .expires(null)
                .build();
    }
}
