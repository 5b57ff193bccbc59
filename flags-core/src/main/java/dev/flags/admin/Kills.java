package dev.flags.admin;

import dev.flags.NoSuchFlagException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagKeys;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Latching and lifting the kill switch. */
final class Kills {
    private Kills() {}

    static AdminVerb.Edit kill(KillScope scope, String by, String reason) {
        return found -> {
            Map<String, FlagState> killed = new LinkedHashMap<>();
            List<String> unknown = new ArrayList<>();
            for (FlagState flag : chosen(scope, found, unknown)) {
                killed.put(flag.key(), killed(flag, found.now(), by, reason));
            }
            String question = scope instanceof KillScope.All
                    ? "This kills " + killed.size() + (killed.size() == 1 ? " flag" : " flags")
                            + ", all there are. Go on?"
                    : "";
            return new AdminVerb.Plan(
                    killed, Map.of(), Optional.empty(), unknown, question, dependants(found, killed), Map.of());
        };
    }

    /** Which flags are turned off with those that are killed now. */
    private static List<String> dependants(Commit.Found found, Map<String, FlagState> killed) {
        List<String> notes = new ArrayList<>();
        killed.forEach((key, flag) -> {
            if (!flag.equals(found.flag(key))) {
                notes.addAll(Prerequisites.dependantNotes(found, key, killed.keySet()));
            }
        });
        return notes;
    }

    static AdminVerb.Edit unkill(List<String> keys, Optional<Percentage> at) {
        return found -> {
            Map<String, FlagState> lifted = new LinkedHashMap<>();
            List<String> notes = new ArrayList<>();
            for (String key : keys) {
                FlagState before = FlagStates.require(found, key);
                lifted.put(
                        key, before.kill().map(kill -> lifted(before, kill, at)).orElse(before));
                if (at.isEmpty()
                        && before.kill().filter(KillLatch::endedRollout).isPresent()) {
                    notes.add("the kill had ended a rollout of " + key
                            + ", so it returns at 0 %; 'flags rollout start' begins a new one");
                }
            }
            return AdminVerb.Plan.flags(lifted, notes);
        };
    }

    private static List<FlagState> chosen(KillScope scope, Commit.Found found, List<String> unknown) {
        if (scope instanceof KillScope.Keys named) {
            List<FlagState> flags = new ArrayList<>();
            for (String key : named.keys()) {
                FlagState flag = found.flag(key);
                if (named.evenUndefined()) {
                    FlagKeys.require(key);
                    flags.add(flag);
                } else if (FlagStates.isKnown(flag) || isLost(flag, found)) {
                    flags.add(flag);
                } else {
                    unknown.add(key);
                }
            }
            return flags;
        }
        List<FlagState> known =
                found.flags().stream().filter(FlagStates::isKnown).toList();
        if (scope instanceof KillScope.Tag tagged) {
            List<FlagState> withTag = known.stream()
                    .filter(f -> f.definition()
                            .filter(d -> d.tags().contains(tagged.tag()))
                            .isPresent())
                    .toList();
            if (withTag.isEmpty()) {
                throw new NoSuchFlagException("no flag has the tag '" + tagged.tag() + "'");
            }
            return withTag;
        }
        return known;
    }

    /** Whether the store holds no definition of it although the log's last word on it is one: it is not misspelt, and must be killable. */
    private static boolean isLost(FlagState flag, Commit.Found found) {
        if (flag.definition().isPresent()) {
            return false;
        }
        for (AuditEntry last : found.historyBefore(Long.MAX_VALUE, Optional.of(flag.key()))) {
            return last.after().get(flag.key()) instanceof Map<?, ?> records && records.get("definition") != null;
        }
        return false;
    }

    private static FlagState killed(FlagState flag, Instant now, String by, String reason) {
        if (flag.kill().isPresent()) {
            return flag; // the first reason stays: it is the one that those on call are looking for
        }
        boolean endsRollout = flag.activeRollout().isPresent();
        return FlagStates.with(
                flag,
                flag.definition(),
                Optional.of(new KillLatch(now, by, reason, endsRollout, Map.of())),
                endsRollout ? flag.rollout().map(run -> run.ended(RolloutRun.State.KILLED, now)) : flag.rollout());
    }

    /** Also an archived one: its percentage counts again once an undo brings it back. */
    private static FlagDefinition definitionOf(FlagState flag) {
        return flag.definition().orElseGet(() -> FlagStates.definition(flag));
    }

    private static FlagState lifted(FlagState flag, KillLatch kill, Optional<Percentage> at) {
        Optional<Percentage> percentage = at.isPresent() || !kill.endedRollout() ? at : Optional.of(Percentage.ZERO);
        // fails where the definition is malformed: lifting the kill must not bring back what the rollout had reached
        Optional<FlagDefinition> definition = percentage.isPresent()
                ? Optional.of(definitionOf(flag).withPercentage(percentage.get()))
                : flag.definition();
        return FlagStates.with(flag, definition, Optional.empty(), flag.rollout());
    }
}
