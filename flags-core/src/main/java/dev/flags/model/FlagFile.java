package dev.flags.model;

import dev.flags.json.Json;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Flags as a file under version control or beside an application: {@code {"schema": 1, "flags": [...], "segments": [...],
 * "kills": {"key": {...}}}}. Lists by position or objects by key are both read. Immutable.
 *
 * @param flags in the file's order
 * @param segments in the file's order
 * @param kills latches by flag key; a flag needs no definition to be killed
 * @param extra fields this version does not know, kept as they are
 */
public record FlagFile(
        List<FlagDefinition> flags, List<Segment> segments, Map<String, KillLatch> kills, Map<String, Object> extra) {
    public FlagFile {
        flags = List.copyOf(flags);
        segments = List.copyOf(segments);
        kills = Collections.unmodifiableMap(new LinkedHashMap<>(kills));
        extra = JsonValues.freeze(extra);
    }

    public FlagFile(List<FlagDefinition> flags, List<Segment> segments, Map<String, KillLatch> kills) {
        this(flags, segments, kills, Map.of());
    }

    /**
     * Reads a file's text whole or not at all.
     *
     * @param name the file's name, for problems
     * @param text at most {@link Json#MAX_FILE_BYTES}
     * @param format how to read it
     * @throws InvalidFlagException with all problems of all flags
     */
    public static FlagFile parse(String name, String text, Format format) {
        Parsed parsed = parseLeniently(name, text, format);
        if (!parsed.problems().isEmpty()) {
            throw new InvalidFlagException(parsed.problems());
        }
        return parsed.good();
    }

    /**
     * Reads what can be read, so that one malformed flag does not take the others down with it.
     *
     * @param name the file's name, for problems
     * @param text at most {@link Json#MAX_FILE_BYTES}
     * @param format how to read it
     * @throws InvalidFlagException when the text is no JSON or YAML, or has no such shape, so that it says nothing of any flag
     */
    public static Parsed parseLeniently(String name, String text, Format format) {
        return FlagFileReader.read(name, text, format);
    }

    /** The file's text, for people: indented, ending with a line feed. */
    public String write(Format format) {
        return format.write(FlagFileReader.tree(this));
    }

    /**
     * What a file says as far as it can be understood.
     *
     * @param good all that is valid; a flag with a latch that cannot be read is in {@code kills} with {@link
     *     KillLatch#unreadable}
     * @param malformedKeys the flags that are there but cannot be understood, or are there twice
     * @param malformedSegments the same of segments
     * @param problems what is wrong with the rest
     */
    public record Parsed(
            FlagFile good, Set<String> malformedKeys, Set<String> malformedSegments, List<Problem> problems) {
        public Parsed {
            malformedKeys = Set.copyOf(malformedKeys);
            malformedSegments = Set.copyOf(malformedSegments);
            problems = List.copyOf(problems);
        }
    }

    /** How a file is written. */
    public enum Format {
        JSON,
        YAML;

        /** By the extension: {@code .yaml} and {@code .yml} are YAML, anything else is JSON. */
        public static Format of(Path file) {
            String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
            return name.endsWith(".yaml") || name.endsWith(".yml") ? YAML : JSON;
        }

        @Nullable
        Object parse(String text) {
            return this == YAML ? Json.parseYaml(text, Json.MAX_FILE_BYTES) : Json.parse(text, Json.MAX_FILE_BYTES);
        }

        String write(Object tree) {
            return this == YAML ? Json.writeYaml(tree) : Json.writePretty(tree);
        }
    }
}
