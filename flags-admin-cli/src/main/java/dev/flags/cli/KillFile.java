package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.admin.KillScope;
import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagKeys;
import dev.flags.model.KillLatch;
import dev.flags.secrets.FilePermissions;
import dev.flags.store.NotPermittedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kill latches in a flag file that applications have as a layer: the way to kill when the store is down. Needs no store and no
 * profile. Everything else in the file stays, except a YAML file's comments; the file is replaced in one move.
 */
final class KillFile {
    private final Session session;
    private final Path path;
    private final FlagFile.Format format;

    private KillFile(Session session, Path path) {
        this.session = session;
        this.path = path;
        this.format = FlagFile.Format.of(path);
    }

    static KillFile of(Session session, String file) {
        Path path = session.shell.path(file);
        try {
            // through a symbolic link, so that the link stays one
            return new KillFile(session, Files.exists(path) ? path.toRealPath() : path);
        } catch (IOException e) {
            throw new UsageException("cannot read " + path + ": " + FlagFiles.reason(e), e);
        }
    }

    /** What to type to kill without the store: a command that works as it is printed, where the keys are known. */
    static String advice(Session session, List<String> keys, @Nullable String tag, WriteArgs args) {
        Optional<Path> known = session.settings().killFile();
        Path path = known.orElseGet(() -> session.shell.path("kills.json"));
        StringBuilder command = new StringBuilder(session.shell.command()).append(" kill");
        if (!keys.isEmpty()) {
            keys.forEach(key -> command.append(' ').append(Shell.quoted(key)));
        } else if (!Files.exists(path)) {
            command.append(" KEY…");
        } else {
            command.append(tag == null ? " --all" : " --tag " + Shell.quoted(tag));
        }
        if (args.reason != null) {
            command.append(" --reason ").append(Shell.quoted(args.reason));
        }
        if (session.options.actor != null) {
            command.append(" --as ").append(Shell.quoted(session.options.actor));
        }
        command.append(" --file ").append(Shell.quoted(path.toString()));
        return "To kill without the store, latch it in a flag file that your applications have as a layer:\n  "
                + command
                + (keys.isEmpty() && !Files.exists(path)
                        ? "\nName the flags' keys: the store, which knows them, is not asked."
                        : "")
                + (known.isPresent()
                        ? ""
                        : "\nThat file is a guess; with killFile=PATH in the profile, the right one stands here.");
    }

    int kill(KillScope scope, WriteArgs args) {
        Map<String, Object> tree = read();
        List<String> keys = keys(scope, tree);
        if (scope instanceof KillScope.All && !args.yes && !args.dryRun) {
            Writing.agree(session, "Kill all " + keys.size() + " flags of " + path + "?");
        }
        Map<String, Object> kills = kills(tree);
        KillLatch latch = new KillLatch(
                session.shell.clock.instant().truncatedTo(ChronoUnit.MILLIS),
                session.settings().actor(),
                args.reason == null ? "unspecified" : args.reason,
                false,
                Map.of());
        List<String> changed = new ArrayList<>();
        for (String key : keys) {
            if (!(kills.get(key) instanceof Map<?, ?>)) {
                kills.put(key, FlagJson.toTree(latch));
                changed.add(key);
            }
        }
        tree.put("kills", kills);
        return finish("kill", "killed", keys, changed, tree, args);
    }

    int unkill(List<String> keys, WriteArgs args) {
        Map<String, Object> tree = read();
        Map<String, Object> kills = kills(tree);
        List<String> changed =
                keys.stream().filter(key -> kills.remove(key) != null).toList();
        tree.put("kills", kills);
        return finish("unkill", "not killed", keys, changed, tree, args);
    }

    private int finish(
            String action,
            String word,
            List<String> keys,
            List<String> changed,
            Map<String, Object> tree,
            WriteArgs args) {
        if (args.expectRevision != null) {
            throw new UsageException("a file has no revisions; leave --expect-revision away");
        }
        if (!changed.isEmpty() && !args.dryRun) {
            write(tree);
        }
        Tree answer = Tree.versioned();
        if (keys.size() == 1) {
            answer.put("key", keys.get(0));
        }
        answer.put("keys", keys)
                .put("action", action)
                .put("changed", !changed.isEmpty())
                .put("revision", 0L)
                .put("previousRevision", 0L)
                .put("file", path.toString())
                .putIf(args.dryRun, "dryRun", true);
        session.print(answer, keys, () -> {
            StringBuilder text = new StringBuilder();
            keys.forEach(key -> text.append(session.shell.safe.line(key))
                    .append(": ")
                    .append(word)
                    .append(changed.contains(key) ? "" : ", already so")
                    .append('\n'));
            return text.toString();
        });
        session.shell.say(
                args.dryRun
                        ? "dry run: nothing was written to " + path
                        : action + ": " + (changed.isEmpty() ? "nothing to change in " : "written to ") + path
                                + "; it takes effect in applications that have this file as a layer");
        return ExitCode.DONE;
    }

    private Map<String, Object> read() {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!Files.exists(path)) {
            tree.put("schema", 1L);
            tree.put("flags", List.of());
            return tree;
        }
        Object read;
        try {
            String text = Files.readString(path);
            read = format == FlagFile.Format.YAML
                    ? Json.parseYaml(text, Json.MAX_FILE_BYTES)
                    : Json.parse(text, Json.MAX_FILE_BYTES);
        } catch (IOException e) {
            throw new UsageException("cannot read " + path + ": " + FlagFiles.reason(e), e);
        } catch (JsonException e) {
            throw new FlagsException(path + ": " + e.getMessage() + "; nothing was changed", e);
        }
        if (!(read instanceof Map<?, ?> map)) {
            throw new FlagsException(path + " is not a flag file: there is no object at its top; nothing was changed");
        }
        map.forEach((key, value) -> putNullable(tree, String.valueOf(key), value));
        return tree;
    }

    private static void putNullable(Map<String, Object> tree, String key, @Nullable Object value) {
        tree.put(key, value);
    }

    private static Map<String, Object> kills(Map<String, Object> tree) {
        Map<String, Object> kills = new LinkedHashMap<>();
        if (tree.get("kills") instanceof Map<?, ?> map) {
            map.forEach((key, value) -> putNullable(kills, String.valueOf(key), value));
        }
        return kills;
    }

    private List<String> keys(KillScope scope, Map<String, Object> tree) {
        if (scope instanceof KillScope.Keys named) {
            // a flag that only the unreachable store defines can be killed here too, so any key that is one will do
            named.keys()
                    .forEach(key -> FlagKeys.problemWith(key).ifPresent(problem -> {
                        throw new UsageException("'" + key + "' is no flag's key: it " + problem);
                    }));
            return named.keys().stream().distinct().toList();
        }
        FlagFile file = FlagFile.parseLeniently(path.toString(), Json.write(tree), FlagFile.Format.JSON)
                .good();
        List<String> keys = file.flags().stream()
                .filter(flag ->
                        scope instanceof KillScope.Tag tagged ? flag.tags().contains(tagged.tag()) : !flag.archived())
                .map(FlagDefinition::key)
                .toList();
        if (keys.isEmpty()) {
            throw new dev.flags.NoSuchFlagException(
                    "no such flag in " + path + ", and the store is not asked; name the flags' keys instead");
        }
        return keys;
    }

    private void write(Map<String, Object> tree) {
        try {
            FilePermissions.replace(path, format == FlagFile.Format.YAML ? Yaml.write(tree) : Json.writePretty(tree));
        } catch (AccessDeniedException e) {
            throw new NotPermittedException("cannot write " + path + ": permission denied", e);
        } catch (IOException e) {
            throw new FlagsException("cannot write " + path + ": " + e, e);
        }
    }
}
