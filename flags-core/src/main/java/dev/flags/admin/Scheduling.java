package dev.flags.admin;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import dev.flags.store.Commit;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.ScheduledChange;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/** Percentages that are set at a time: put down in the environment's settings, and taken out of them when they are. Immutable. */
final class Scheduling {
    private static final String DROPPED = "dropped";

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String by;
    private final String reason;
    private final String environment;

    Scheduling(String by, String reason, String environment) {
        this.by = by;
        this.reason = reason;
        this.environment = environment;
    }

    AdminVerb schedule(String key, Percentage percentage, Instant wanted) {
        Instant at = wanted.truncatedTo(ChronoUnit.MILLIS);
        return AdminVerb.of("schedule", List.of(key), found -> {
                    FlagState flag = FlagStates.require(found, key);
                    FlagDefinition definition = FlagStates.definition(flag);
                    requireRoom(found, key, at);
                    List<ScheduledChange> scheduled =
                            new ArrayList<>(found.settings().scheduled());
                    scheduled.add(new ScheduledChange(
                            id, key, percentage, definition.percentage(), at, by, reason, found.now(), Map.of()));
                    List<String> notes = new ArrayList<>();
                    notes.add("scheduled as " + id + "; 'flags scheduled cancel " + id + "' takes it back");
                    notes.add("it takes a controller that runs at that time");
                    whyNot(flag, definition.percentage(), percentage)
                            .ifPresent(why -> notes.add("it is dropped if at that time, as now, " + why));
                    return new AdminVerb.Plan(
                            Map.of(key, flag),
                            Map.of(),
                            Optional.of(found.settings().scheduling(scheduled)),
                            List.of(),
                            question(found, flag, definition, percentage, at),
                            notes,
                            Map.of());
                })
                .with("scheduled", id)
                .with("flag", key)
                .with("percentage", percentage.toBigDecimal())
                .with("due", at.toString());
    }

    private static void requireRoom(Commit.Found found, String key, Instant at) {
        if (!at.isAfter(found.now())) {
            throw new InvalidFlagException(
                    "at", "must be in the future, was " + at + "; the store's clock says " + found.now());
        }
        List<ScheduledChange> scheduled = found.settings().scheduled();
        for (ScheduledChange other : scheduled) {
            if (other.flag().equals(key) && other.at().equals(at)) {
                throw new InvalidFlagException(
                        "at",
                        other.percentage() + " is scheduled for " + key + " at " + at + " already; cancel it ("
                                + other.id() + ") or choose another time");
            }
        }
        if (scheduled.size() >= EnvironmentSettings.MOST_SCHEDULED) {
            throw new InvalidFlagException(
                    "scheduled",
                    "there are " + scheduled.size() + " scheduled changes already, and "
                            + EnvironmentSettings.MOST_SCHEDULED + " are possible; cancel some");
        }
    }

    /** What a protected environment asks of the change itself. The flag may be switched on, and a kill lifted, by its time. */
    private String question(
            Commit.Found found, FlagState flag, FlagDefinition definition, Percentage percentage, Instant at) {
        FlagState served =
                FlagStates.with(flag, Optional.of(definition.withEnabled(true)), Optional.empty(), flag.rollout());
        FlagState then = FlagStates.with(
                served,
                Optional.of(definition.withEnabled(true).withPercentage(percentage)),
                Optional.empty(),
                flag.rollout());
        return found.settings().isProtected() && Exposure.effectOf(served, then).countsAsRaise()
                ? "The environment " + environment + " is protected, and this will raise " + flag.key() + " from "
                        + definition.percentage() + " to " + percentage + " at " + at + ". Go on?"
                : "";
    }

    static AdminVerb cancel(String id) {
        return AdminVerb.of("cancel-scheduled", List.of(), found -> {
                    ScheduledChange change = require(found.settings(), id);
                    return plan(found.flag(change.flag()), without(found.settings(), change), List.of(), facts(change));
                })
                .withoutReason();
    }

    static AdminVerb run(String id) {
        return AdminVerb.of("run-scheduled", List.of(), found -> {
                    ScheduledChange change = require(found.settings(), id);
                    if (!change.isDue(found.now())) {
                        throw new InvalidFlagException(
                                id, "is scheduled for " + change.at() + "; the store's clock says " + found.now());
                    }
                    FlagState flag = found.flag(change.flag());
                    EnvironmentSettings left = without(found.settings(), change);
                    Map<String, Object> facts = facts(change);
                    Optional<String> whyNot = whyNot(change, flag);
                    if (whyNot.isPresent()) {
                        facts.put(DROPPED, whyNot.get());
                        String note = change.percentage() + " for " + change.flag() + ", scheduled for " + change.at()
                                + " by " + change.by() + ", was dropped: " + whyNot.get();
                        return plan(flag, left, List.of(note), facts);
                    }
                    AdminVerb.Plan set = DefinitionEdits.setPercentage(change.flag(), change.percentage(), change.by())
                            .plan(found);
                    FlagState after = Objects.requireNonNull(set.flags().get(change.flag()));
                    Percentage before = FlagStates.definition(flag).percentage();
                    return plan(after, onceDone(left, change, before), set.notes(), facts);
                })
                .withoutReason();
    }

    private static Optional<String> whyNot(ScheduledChange change, FlagState flag) {
        if (flag.isMalformed()) {
            return Optional.of("its definition cannot be understood");
        }
        if (!flag.isLive()) {
            return Optional.of(flag.definition().isPresent() ? "the flag is archived" : "there is no such flag");
        }
        return whyNot(flag, change.from(), change.percentage());
    }

    /** Why a flag that is there is left as it is; empty when nothing speaks against the change. */
    private static Optional<String> whyNot(FlagState flag, Percentage from, Percentage to) {
        if (flag.kill().isPresent()) {
            KillLatch kill = flag.kill().get();
            return Optional.of("the flag is killed (by " + kill.by() + ": " + kill.reason() + ")");
        }
        if (flag.activeRollout().isPresent()) {
            return Optional.of("a rollout of it is under way");
        }
        Percentage now = FlagStates.definition(flag).percentage();
        return to.compareTo(now) > 0 && now.compareTo(from) < 0
                ? Optional.of("the percentage was lowered to " + now + " since it was scheduled, when it was " + from)
                : Optional.empty();
    }

    private static AdminVerb.Plan plan(
            FlagState flag, EnvironmentSettings settings, List<String> notes, Map<String, Object> details) {
        return new AdminVerb.Plan(
                Map.of(flag.key(), flag), Map.of(), Optional.of(settings), List.of(), "", notes, details);
    }

    private static EnvironmentSettings without(EnvironmentSettings settings, ScheduledChange change) {
        return settings.scheduling(settings.scheduled().stream()
                .filter(other -> !other.id().equals(change.id()))
                .toList());
    }

    /** What lowers the percentage as scheduled is no reason to drop what is scheduled after it. */
    private static EnvironmentSettings onceDone(
            EnvironmentSettings settings, ScheduledChange change, Percentage before) {
        return settings.scheduling(settings.scheduled().stream()
                .map(other -> other.flag().equals(change.flag())
                                && before.compareTo(other.from()) >= 0
                                && change.percentage().compareTo(other.from()) < 0
                        ? other.from(change.percentage())
                        : other)
                .toList());
    }

    private static Map<String, Object> facts(ScheduledChange change) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("scheduled", change.id());
        facts.put("flag", change.flag());
        facts.put("percentage", change.percentage().toBigDecimal());
        facts.put("due", change.at().toString());
        facts.put("scheduledBy", change.by());
        facts.put("scheduledAt", change.createdAt().toString());
        return facts;
    }

    static ScheduledChange require(EnvironmentSettings settings, String id) {
        return settings.scheduled().stream()
                .filter(change -> change.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new NoSuchFlagException(
                        "nothing is scheduled as '" + id + "': it was done, dropped or cancelled"));
    }
}
