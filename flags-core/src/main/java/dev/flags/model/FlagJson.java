package dev.flags.model;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The records of a flag as JSON, the form in which stores and files keep them. Reading names every problem at once, each with
 * its path; fields that this version does not know are kept and written again; a document whose {@code schema} number is above
 * 1 is refused. {@code dev/flags/flag.schema.json} describes the form to editors.
 *
 * <p>A {@code path} says where a document is, for problems: a JSON pointer into the document is put behind it. A {@code tree}
 * is what {@link Json} makes of a text. All reading throws {@link InvalidFlagException}. Safe for use by multiple threads.
 */
public final class FlagJson {
    private FlagJson() {}

    public static FlagDefinition definition(String path, @Nullable Object tree) {
        return read(path, tree, DefinitionReader::read);
    }

    public static FlagDefinition definition(String path, String text) {
        return read(path, parse(path, text), DefinitionReader::read);
    }

    public static Segment segment(String path, @Nullable Object tree) {
        return read(path, tree, SegmentJson::read);
    }

    public static Segment segment(String path, String text) {
        return read(path, parse(path, text), SegmentJson::read);
    }

    /** Whoever finds a latch that this refuses goes by {@link KillLatch#unreadable}. */
    public static KillLatch kill(String path, @Nullable Object tree) {
        return read(path, tree, RunJson::readKill);
    }

    /** Whoever finds a latch that this refuses goes by {@link KillLatch#unreadable}. */
    public static KillLatch kill(String path, String text) {
        return read(path, parse(path, text), RunJson::readKill);
    }

    public static RolloutRun rollout(String path, @Nullable Object tree) {
        return read(path, tree, RunJson::readRollout);
    }

    public static RolloutRun rollout(String path, String text) {
        return read(path, parse(path, text), RunJson::readRollout);
    }

    public static Map<String, Object> toTree(FlagDefinition definition) {
        return DefinitionWriter.tree(definition);
    }

    public static Map<String, Object> toTree(Segment segment) {
        return SegmentJson.tree(segment);
    }

    public static Map<String, Object> toTree(KillLatch kill) {
        return RunJson.tree(kill);
    }

    public static Map<String, Object> toTree(RolloutRun rollout) {
        return RunJson.tree(rollout);
    }

    /** The form of audit entries: {@code revision, definition, kill, rollout}; null where there is none. */
    @SuppressWarnings("NullAway") // JSON nulls
    public static Map<String, Object> toTree(FlagState state) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("revision", state.revision());
        tree.put("definition", state.definition().map(FlagJson::toTree).orElse(null));
        tree.put("kill", state.kill().map(FlagJson::toTree).orElse(null));
        tree.put("rollout", state.rollout().map(FlagJson::toTree).orElse(null));
        return tree;
    }

    /**
     * Compact JSON text.
     *
     * @throws InvalidFlagException when it would be larger than {@link Json#MAX_DOCUMENT_BYTES}
     */
    public static String write(FlagDefinition definition) {
        return sized(definition.key(), Json.write(toTree(definition)));
    }

    /**
     * Compact JSON text.
     *
     * @throws InvalidFlagException when it would be larger than {@link Json#MAX_DOCUMENT_BYTES}
     */
    public static String write(Segment segment) {
        return sized("segment " + segment.name(), Json.write(toTree(segment)));
    }

    public static String write(KillLatch kill) {
        return Json.write(toTree(kill));
    }

    public static String write(RolloutRun rollout) {
        return Json.write(toTree(rollout));
    }

    static String sized(String path, String document) {
        long bytes = Json.utf8Length(document);
        if (bytes > Json.MAX_DOCUMENT_BYTES) {
            throw new InvalidFlagException(path, tooLarge(bytes));
        }
        return document;
    }

    static String tooLarge(long bytes) {
        return "is " + bytes + " bytes of JSON, at most " + Json.MAX_DOCUMENT_BYTES + " are allowed";
    }

    private static @Nullable Object parse(String path, String text) {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw new InvalidFlagException(path, String.valueOf(e.getMessage()));
        }
    }

    private static <T> T read(String path, @Nullable Object tree, Fields.ElementReader<T> reader) {
        Problems problems = new Problems(path);
        T record = reader.read(tree, problems);
        problems.require();
        return Objects.requireNonNull(record);
    }
}
