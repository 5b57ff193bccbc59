package dev.flags.cli;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.FlagType;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Why a flag is due for removal. Flags that are there to stay (operational, permission) are due only when they expire. */
final class Staleness {
    /** How long a flag may rest in a final state before its code should go. */
    private static final Duration REST = Duration.ofDays(30);

    private Staleness() {}

    /** One sentence fragment each; empty when it is not due. */
    static List<String> reasons(FlagState flag, Instant now) {
        FlagDefinition definition = flag.definition().orElse(null);
        if (definition == null || definition.archived()) {
            return List.of();
        }
        List<String> reasons = new ArrayList<>();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        definition
                .expires()
                .filter(expires -> !expires.isAfter(today))
                .ifPresent(expires -> reasons.add("expired on " + expires));
        long days = Duration.between(flag.updatedAt(), now).toDays();
        boolean temporary = definition.type() == FlagType.RELEASE || definition.type() == FlagType.EXPERIMENT;
        if (!temporary || days < REST.toDays()) {
            return reasons;
        }
        if (flag.kill().isPresent()) {
            reasons.add("killed, and unchanged for " + days + " days");
        } else if (!definition.enabled()) {
            reasons.add("disabled, and unchanged for " + days + " days");
        } else if (definition.percentage().isFull()
                && definition.split().isEmpty()
                && definition.rules().isEmpty()) {
            reasons.add("on for everybody, and unchanged for " + days + " days");
        } else if (definition.percentage().isZero()
                && definition.rules().isEmpty()
                && definition.targets().isEmpty()) {
            reasons.add("off for everybody, and unchanged for " + days + " days");
        }
        return reasons;
    }
}
