package dev.flags.cli;

import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.store.FlagStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a write did, for programs and for people.
 *
 * @param verb what was typed
 * @param store where
 * @param done how it ended
 * @param dryRun whether it was only worked out
 */
record WriteReport(WriteVerb verb, FlagStore store, WriteOutcome.Done done, boolean dryRun) {

    Tree tree() {
        Tree tree = Tree.versioned();
        if (verb.scope() == WriteScope.ONE_FLAG && done.keys().size() == 1) {
            tree.put("key", done.keys().get(0));
        }
        tree.put("keys", done.keys())
                .put("action", done.action())
                .put("changed", done.changed())
                .put("revision", done.revision())
                .put("previousRevision", previousRevision())
                .put("environment", store.environment());
        if (!done.unknownKeys().isEmpty()) {
            tree.put("unknownKeys", done.unknownKeys());
        }
        if (!done.notes().isEmpty()) {
            tree.put("notes", done.notes());
        }
        if (dryRun) {
            tree.put("dryRun", true);
            List<Object> differences = new ArrayList<>();
            for (String key : changedKeys()) {
                Reach reach = Reach.of(before(key), after(key));
                differences.add(new Tree()
                        .put("key", key)
                        .put(
                                "changes",
                                changes(key).stream()
                                        .map(Difference.Change::tree)
                                        .toList())
                        .put("newlyReached", reach.newlyReached())
                        .put("takenAway", reach.takenAway())
                        .map());
            }
            tree.put("difference", differences);
        } else {
            verb.describe(store, tree);
        }
        return tree;
    }

    /** The flag's revision before; of several flags the highest; of a whole environment its own. */
    private long previousRevision() {
        if (verb.scope() == WriteScope.ENVIRONMENT) {
            return done.changed() && !dryRun ? done.revision() - 1 : done.revision();
        }
        return done.keys().stream()
                .mapToLong(key -> before(key).revision())
                .max()
                .orElse(0);
    }

    /** For people, on standard output. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (dryRun) {
            if (changedKeys().isEmpty()) {
                text.append(done.changed() ? "no flag would change\n" : "nothing would change\n");
            }
            for (String key : changedKeys()) {
                text.append(key).append(": would change\n");
                text.append(Difference.text(changes(key), verb.session.shell.safe));
                text.append("  ")
                        .append(Reach.of(before(key), after(key)).text())
                        .append('\n');
            }
            return text.toString();
        }
        Optional<String> said = verb.text(store);
        if (said.isPresent()) {
            return said.get();
        }
        if (done.keys().isEmpty()) {
            return done.changed() ? done.action() + ": done\n" : "";
        }
        for (String key : done.keys()) {
            FlagView view = new FlagView(after(key), store.environment(), store.name());
            boolean touched = before(key).revision() != after(key).revision();
            text.append(key).append(": ").append(view.word());
            if (view.word().equals("partial")) {
                text.append(' ').append(view.percentage());
            }
            text.append(touched ? ", revision " + after(key).revision() : ", already so")
                    .append('\n');
        }
        return text.toString();
    }

    /** Which store and environment, on standard error. */
    String place() {
        String where = verb.session.place(store);
        if (dryRun) {
            return "dry run: nothing was written to " + where;
        }
        return done.changed()
                ? done.action() + ": committed as revision " + done.revision() + " in " + where
                : done.action() + ": nothing to change in " + where;
    }

    private List<String> changedKeys() {
        return done.keys().stream().filter(key -> !changes(key).isEmpty()).toList();
    }

    private List<Difference.Change> changes(String key) {
        return Difference.between(records(before(key)), records(after(key)));
    }

    /** A flag's records without the revision, which says nothing about what a user gets. */
    private static @Nullable Map<String, Object> records(FlagState state) {
        Map<String, Object> tree = new java.util.LinkedHashMap<>(FlagJson.toTree(state));
        tree.remove("revision");
        return tree;
    }

    private FlagState before(String key) {
        return done.before().getOrDefault(key, FlagState.absent(key));
    }

    private FlagState after(String key) {
        return done.after().getOrDefault(key, before(key));
    }
}
