package dev.flags.cli;

import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.store.FlagStore;
import dev.flags.store.ScheduledChange;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "set",
        description = {
            "Set a flag's percentage by hand, now or at a time.",
            "At that time it takes a controller: 'flags scheduled list' shows what is to come, 'scheduled cancel' takes it back."
        })
final class SetCommand extends WriteVerb {
    @Parameters(index = "0", paramLabel = "KEY", description = "the flag")
    String key = "";

    @Parameters(
            index = "1",
            paramLabel = "N%",
            converter = PercentageConverter.class,
            description = "0 to 100, at most three decimals")
    Percentage percentage = Percentage.ZERO;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "when, with its zone: 2026-12-01T09:00+01:00 or 2026-12-01T08:00Z")
    @Nullable
    String at;

    SetCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        String time = at;
        if (time == null) {
            return write(admin -> options -> admin.setPercentage(key, percentage, options));
        }
        Instant due = Times.at("--at", time);
        return write(admin -> options -> schedule(admin, due, options));
    }

    private WriteOutcome schedule(FlagAdmin admin, Instant due, WriteOptions options) {
        try {
            return admin.schedule(key, percentage, due, options);
        } catch (InvalidFlagException e) {
            if (e.problems().get(0).path().equals("at")) {
                throw new UsageException("--at " + e.problems().get(0).message(), e);
            }
            throw e;
        }
    }

    @Override
    boolean raisesLater(FlagState before) {
        return at != null
                && before.definition()
                        .filter(definition -> percentage.compareTo(definition.percentage()) > 0)
                        .isPresent();
    }

    @Override
    void describe(FlagStore store, Tree tree) {
        scheduled(store)
                .ifPresent(change -> tree.put("scheduled", change.id())
                        .put("at", change.at().toString())
                        .put("percentage", change.percentage().toBigDecimal()));
    }

    @Override
    Optional<String> text(FlagStore store) {
        return scheduled(store)
                .map(change -> safe(key) + ": " + change.percentage() + " at " + change.at() + ", scheduled as "
                        + safe(change.id()) + "\n");
    }

    /** The newest of this flag and time: there is only one. */
    private Optional<ScheduledChange> scheduled(FlagStore store) {
        String time = at;
        return time == null
                ? Optional.empty()
                : store.settings().scheduled().stream()
                        .filter(change -> change.flag().equals(key)
                                && change.percentage().equals(percentage)
                                && Math.abs(change.at().toEpochMilli()
                                                - Times.at("--at", time).toEpochMilli())
                                        <= 1)
                        .max(Comparator.comparing(ScheduledChange::createdAt));
    }
}
