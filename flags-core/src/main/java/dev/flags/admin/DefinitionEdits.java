package dev.flags.admin;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Edits of a flag's definition. */
final class DefinitionEdits {
    private DefinitionEdits() {}

    static AdminVerb.Edit create(FlagDefinition definition) {
        return found -> {
            FlagState state = found.flag(definition.key());
            if (state.isLive() || !state.problems().isEmpty()) {
                throw new InvalidFlagException(
                        definition.key(),
                        "there is a flag of this name already; 'flags set', 'enable' and 'apply' change it");
            }
            if (state.definition().isPresent()) {
                throw new InvalidFlagException(
                        definition.key(),
                        "there was a flag of this name, and it is archived; 'flags undo " + definition.key()
                                + "' brings it back");
            }
            FlagState created = FlagStates.with(state, Optional.of(definition), state.kill(), state.rollout());
            Prerequisites.requireNoCycle(found, Map.of(created.key(), created));
            return AdminVerb.Plan.flag(created, FlagStates.notes(created));
        };
    }

    static AdminVerb.Edit setPercentage(String key, Percentage percentage, String by) {
        return found -> {
            FlagState before = FlagStates.require(found, key);
            FlagDefinition definition = FlagStates.definition(before);
            FlagState after = definition.percentage().equals(percentage)
                    ? before
                    : new UnderWay(by, found.now()).redefined(before, definition.withPercentage(percentage));
            List<String> notes = new ArrayList<>(FlagStates.notes(after));
            if (percentage.compareTo(definition.percentage()) < 0) {
                notes.addAll(FlagStates.stillServed(after));
            }
            if (!definition.enabled()) {
                notes.add(key + " is disabled; 'flags enable " + key + "' serves this percentage");
            }
            return AdminVerb.Plan.flag(after, notes);
        };
    }

    static AdminVerb.Edit setEnabled(List<String> keys, boolean enabled, String by) {
        AdminVerb.Edit edit = each(keys, by, definition -> definition.withEnabled(enabled));
        return enabled ? edit : found -> holding(edit.plan(found), new UnderWay(by, found.now()));
    }

    /** Also that of a flag which was disabled before, and could go on as soon as somebody enables it. */
    private static AdminVerb.Plan holding(AdminVerb.Plan plan, UnderWay underWay) {
        Map<String, FlagState> flags = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>(plan.notes());
        plan.flags().forEach((key, flag) -> {
            FlagState held = underWay.disabled(flag);
            if (!held.equals(flag)) {
                notes.addAll(
                        FlagStates.notes(FlagStates.with(held, held.definition(), Optional.empty(), held.rollout())));
            }
            flags.put(key, held);
        });
        return AdminVerb.Plan.flags(flags, notes);
    }

    static AdminVerb.Edit target(String key, List<String> on, List<String> off, List<String> remove, String by) {
        Set<String> named = new LinkedHashSet<>();
        for (List<String> list : List.of(on, off, remove)) {
            for (String user : list) {
                if (!named.add(user)) {
                    throw new InvalidFlagException(key, "'" + user + "' is named twice; say where it belongs once");
                }
            }
        }
        return each(List.of(key), by, definition -> {
            Map<String, Set<String>> byVariant = new LinkedHashMap<>();
            for (Target target : definition.targets()) {
                Set<String> rest = new LinkedHashSet<>(target.keys());
                rest.removeAll(named);
                byVariant
                        .computeIfAbsent(target.variant(), v -> new LinkedHashSet<>())
                        .addAll(rest);
            }
            if (!on.isEmpty()) {
                byVariant
                        .computeIfAbsent(treatment(definition), v -> new LinkedHashSet<>())
                        .addAll(on);
            }
            byVariant
                    .computeIfAbsent(definition.offVariant(), v -> new LinkedHashSet<>())
                    .addAll(off);
            List<Target> targets = byVariant.entrySet().stream()
                    .filter(e -> !e.getValue().isEmpty())
                    .map(e -> new Target(e.getKey(), e.getValue()))
                    .toList();
            return definition.toBuilder().targets(targets).build();
        });
    }

    private static String treatment(FlagDefinition definition) {
        return definition
                .treatment()
                .orElseThrow(() -> new InvalidFlagException(
                        definition.key(),
                        "has several variants besides '" + definition.offVariant()
                                + "'; name the targets of each with 'flags apply'"));
    }

    static AdminVerb.Edit archive(String key, String by) {
        return found -> {
            FlagState before = found.flag(key);
            if (before.definition().filter(FlagDefinition::archived).isPresent()) {
                return AdminVerb.Plan.flag(before, List.of());
            }
            FlagDefinition definition = FlagStates.definition(FlagStates.require(found, key));
            FlagState archived = new UnderWay(by, found.now()).archived(before, definition);
            return AdminVerb.Plan.flag(archived, Prerequisites.dependantNotes(found, key));
        };
    }

    private static AdminVerb.Edit each(List<String> keys, String by, UnaryOperator<FlagDefinition> edit) {
        return found -> {
            Map<String, FlagState> flags = new LinkedHashMap<>();
            List<String> notes = new ArrayList<>();
            for (String key : keys) {
                FlagState before = FlagStates.require(found, key);
                FlagDefinition definition = FlagStates.definition(before);
                FlagState after = new UnderWay(by, found.now()).redefined(before, edit.apply(definition));
                flags.put(key, after);
                notes.addAll(FlagStates.notes(after));
            }
            return AdminVerb.Plan.flags(flags, notes);
        };
    }
}
