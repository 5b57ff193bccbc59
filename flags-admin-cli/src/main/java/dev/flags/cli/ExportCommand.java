package dev.flags.cli;

import dev.flags.NoSuchFlagException;
import dev.flags.json.Json;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.model.Segment;
import dev.flags.store.FlagStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = {
            "Print flags as a file that 'flags apply' takes: JSON, or YAML with -o yaml. Archived flags only when named.",
            "A malformed flag is left out and reported, with exit code 1."
        })
final class ExportCommand extends Verb {
    @Parameters(arity = "0..*", paramLabel = "KEY", description = "the flags; default: all")
    List<String> keys = List.of();

    ExportCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            Map<String, FlagState> known = new TreeMap<>();
            store.flags().forEach(flag -> known.put(flag.key(), flag));
            List<String> unknown =
                    keys.stream().filter(key -> !known.containsKey(key)).toList();
            if (!unknown.isEmpty()) {
                throw new NoSuchFlagException(
                        "no such flag: " + String.join(", ", unknown) + " in " + session.place(store));
            }
            List<Object> flags = new ArrayList<>();
            boolean whole = true;
            for (FlagState flag : known.values()) {
                boolean named = keys.contains(flag.key());
                FlagDefinition definition = flag.definition().orElse(null);
                if (!keys.isEmpty() && !named) {
                    continue;
                }
                if (definition != null && (named || !definition.archived())) {
                    flags.add(FlagJson.toTree(definition));
                } else if (definition == null && !flag.problems().isEmpty()) {
                    whole = false;
                    flag.problems().forEach(problem -> session.shell.say("left out: " + problem));
                }
            }
            print(flags, keys.isEmpty() ? segments(store) : List.of());
            return whole ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private static List<Object> segments(FlagStore store) {
        List<Object> segments = new ArrayList<>();
        store.segments().values().stream()
                .sorted(Comparator.comparing(Segment::name))
                .forEach(segment -> segments.add(FlagJson.toTree(segment)));
        return segments;
    }

    private void print(List<Object> flags, List<Object> segments) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("schema", 1L);
        file.put("flags", flags);
        if (!segments.isEmpty()) {
            file.put("segments", segments);
        }
        if (session.format() == OutputFormat.NAME) {
            flags.forEach(flag -> session.shell.print(String.valueOf(((Map<?, ?>) flag).get("key"))));
        } else {
            String text = session.format() == OutputFormat.YAML ? Yaml.write(file) : Json.writePretty(file);
            session.shell.out.print(session.shell.safe.json(text));
        }
        session.shell.out.flush();
    }
}
