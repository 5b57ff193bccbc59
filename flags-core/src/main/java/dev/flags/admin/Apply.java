package dev.flags.admin;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Making a store's flags as a file has them. */
final class Apply {
    private Apply() {}

    static AdminVerb.Edit file(FlagFile file, boolean prune, String by) {
        return found -> {
            UnderWay underWay = new UnderWay(by, found.now());
            Map<String, FlagState> flags = new LinkedHashMap<>();
            List<String> notes = new ArrayList<>();
            Set<String> named = new LinkedHashSet<>();
            for (FlagDefinition definition : file.flags()) {
                named.add(definition.key());
                FlagState before = found.flag(definition.key());
                FlagState after = underWay.redefined(before, definition);
                if (!before.definition().equals(after.definition())) {
                    flags.put(definition.key(), after);
                    notes.addAll(FlagStates.notes(after));
                }
            }
            if (prune) {
                found.flags().stream()
                        .filter(flag -> flag.isLive() && !named.contains(flag.key()))
                        .forEach(flag -> flags.put(
                                flag.key(),
                                underWay.archived(flag, flag.definition().orElseThrow())));
            }
            Prerequisites.requireNoCycle(found, flags);
            Map<String, Optional<Segment>> segments = new LinkedHashMap<>();
            for (Segment segment : file.segments()) {
                Segment present = found.segments().get(segment.name());
                // imported members are not in the file, so it has no say in which version of them counts
                Segment wanted = segment.withMembers(present == null ? Optional.empty() : present.members());
                if (!wanted.members().equals(segment.members())) {
                    notes.add("the imported members of the segment " + segment.name()
                            + " stay as they are; 'flags segment import' changes them");
                }
                if (!wanted.equals(present)) {
                    segments.put(segment.name(), Optional.of(wanted));
                }
            }
            if (!file.kills().isEmpty()) {
                notes.add("the file's kill latches are not applied; 'flags kill' latches "
                        + String.join(", ", file.kills().keySet()));
            }
            return new AdminVerb.Plan(flags, segments, Optional.empty(), List.of(), "", notes, Map.of());
        };
    }
}
