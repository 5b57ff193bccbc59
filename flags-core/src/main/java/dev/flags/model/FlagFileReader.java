package dev.flags.model;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a file of flags record by record. Not thread-safe; confine it to one thread. */
final class FlagFileReader {
    private final Problems problems;
    private final boolean large;

    private FlagFileReader(Problems problems, boolean large) {
        this.problems = problems;
        this.large = large;
    }

    static FlagFile.Parsed read(String name, String text, FlagFile.Format format) {
        Object tree;
        try {
            tree = format.parse(text);
        } catch (JsonException e) {
            throw new InvalidFlagException(name, String.valueOf(e.getMessage()));
        }
        Problems problems = new Problems(name + "#");
        return new FlagFileReader(problems, text.length() > Json.MAX_DOCUMENT_BYTES / 4).file(tree);
    }

    private FlagFile.Parsed file(@Nullable Object tree) {
        Fields fields = Fields.of(tree, problems);
        if (fields == null || !fields.isOfKnownSchema()) {
            throw new InvalidFlagException(problems.all());
        }
        Documents<FlagDefinition> flags =
                documents(fields, "flags", "key", DefinitionReader::read, FlagDefinition::key);
        Documents<Segment> segments = documents(fields, "segments", "name", SegmentJson::read, Segment::name);
        Map<String, KillLatch> kills = kills(fields);
        FlagFile good = new FlagFile(
                List.copyOf(flags.good.values()), List.copyOf(segments.good.values()), kills, fields.rest());
        return new FlagFile.Parsed(good, flags.malformed, segments.malformed, problems.all());
    }

    /** What became of a list of documents. */
    private static final class Documents<T> {
        final Map<String, T> good = new LinkedHashMap<>();
        final Set<String> malformed = new HashSet<>();
        final Map<String, String> firstPath = new HashMap<>();
    }

    private <T> Documents<T> documents(
            Fields fields, String name, String idField, Fields.ElementReader<T> reader, Function<T, String> idOf) {
        Documents<T> documents = new Documents<>();
        Object value = fields.take(name);
        if (value instanceof Map<?, ?> byId) {
            byId.forEach((id, document) -> {
                Problems at = problems.at(name).at(String.valueOf(id));
                add(documents, withId(document, idField, String.valueOf(id), at), idField, at, reader, idOf);
            });
        } else if (value instanceof List<?> list) {
            int i = 0;
            for (Object document : list) {
                add(documents, document, idField, problems.at(name).at(i++), reader, idOf);
            }
        } else if (value != null) {
            throw new InvalidFlagException(
                    problems.at(name).path(), "must be a list or an object, was " + JsonValues.describe(value));
        }
        return documents;
    }

    /** A document that stands under its id need not repeat it. */
    private static @Nullable Object withId(@Nullable Object document, String idField, String id, Problems at) {
        if (!(document instanceof Map<?, ?> fields)) {
            return document;
        }
        Map<String, @Nullable Object> whole = new LinkedHashMap<>();
        whole.put(idField, id);
        fields.forEach((name, field) -> whole.put(String.valueOf(name), field));
        if (!id.equals(whole.get(idField))) {
            at.at(idField).add("differs from the name it stands under; leave it out");
        }
        whole.put(idField, id);
        return whole;
    }

    private <T> void add(
            Documents<T> documents,
            @Nullable Object document,
            String idField,
            Problems at,
            Fields.ElementReader<T> reader,
            Function<T, String> idOf) {
        int before = problems.count();
        Object id = document instanceof Map<?, ?> fields ? fields.get(idField) : null;
        T read = reader.read(document, at);
        // written out to be measured only where it may be too large at all
        if (large && JsonValues.mostBytes(document) > Json.MAX_DOCUMENT_BYTES) {
            long bytes = Json.utf8Length(Json.write(document));
            if (bytes > Json.MAX_DOCUMENT_BYTES) {
                at.add(FlagJson.tooLarge(bytes));
            }
        }
        if (id instanceof String name) {
            String first = documents.firstPath.putIfAbsent(name, at.path());
            if (first != null) {
                at.at(idField).add("'" + TextRules.shown(name) + "' is there twice, first at " + first);
                documents.good.remove(id);
            }
            if (read == null || problems.count() > before) {
                documents.malformed.add(name);
            }
        }
        if (read != null && problems.count() == before) {
            documents.good.put(idOf.apply(read), read);
        }
    }

    private Map<String, KillLatch> kills(Fields fields) {
        Map<String, KillLatch> kills = new LinkedHashMap<>();
        Object value = fields.take("kills");
        if (value == null) {
            return kills;
        }
        if (!(value instanceof Map<?, ?> latches)) {
            throw new InvalidFlagException(
                    problems.at("kills").path(), "must be an object by flag key, was " + JsonValues.describe(value));
        }
        latches.forEach((name, latch) -> {
            String key = String.valueOf(name);
            Problems at = problems.at("kills").at(key);
            FlagKeys.problemWith(key).ifPresent(at::add);
            KillLatch read = RunJson.readKill(latch, at);
            kills.put(key, read == null ? KillLatch.unreadable(Instant.EPOCH) : read);
        });
        return kills;
    }

    static Map<String, Object> tree(FlagFile file) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", 1L);
        tree.put("flags", file.flags().stream().map(DefinitionWriter::tree).toList());
        putUnlessEmpty(
                tree,
                "segments",
                file.segments().stream().map(SegmentJson::tree).toList());
        Map<String, Object> kills = new LinkedHashMap<>();
        file.kills().forEach((key, latch) -> kills.put(key, RunJson.tree(latch)));
        if (!kills.isEmpty()) {
            tree.put("kills", kills);
        }
        file.extra().forEach(tree::putIfAbsent);
        return tree;
    }

    private static void putUnlessEmpty(Map<String, Object> tree, String name, Collection<?> values) {
        if (!values.isEmpty()) {
            tree.put(name, new ArrayList<>(values));
        }
    }
}
