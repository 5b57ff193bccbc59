package dev.flags.store;

import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.model.RolloutRun;
import dev.flags.model.Segment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stored texts to what they mean, and back. Reading is lenient: a record that cannot be understood is a problem, not an
 * exception. Writing keeps a text byte for byte when what it means has not changed.
 */
final class Records {
    private Records() {}

    static FlagState state(StoredFlag stored) {
        return state(stored, null, null, null);
    }

    /** What the texts mean, where it is known already what values they are. */
    static FlagState state(
            StoredFlag stored,
            @Nullable Object definitionTree,
            @Nullable Object killTree,
            @Nullable Object rolloutTree) {
        List<Problem> problems = new ArrayList<>();
        Optional<FlagDefinition> definition = read(
                stored.definition(),
                text -> definition(
                        stored.key(),
                        definitionTree == null
                                ? FlagJson.definition(stored.key(), text)
                                : FlagJson.definition(stored.key(), definitionTree)),
                problems);
        Optional<KillLatch> kill = read(
                stored.kill(),
                text -> killTree == null
                        ? FlagJson.kill(stored.key() + "/kill", text)
                        : FlagJson.kill(stored.key() + "/kill", killTree),
                problems);
        if (kill.isEmpty() && stored.kill() != null) {
            // a latch that cannot be read is still a latch: failing closed, and unkill can lift it
            kill = Optional.of(new KillLatch(
                    stored.updatedAt(), stored.updatedBy(), "(the latch in the store cannot be read)", true, Map.of()));
        }
        Optional<RolloutRun> rollout = read(
                stored.rollout(),
                text -> rolloutTree == null
                        ? FlagJson.rollout(stored.key() + "/rollout", text)
                        : FlagJson.rollout(stored.key() + "/rollout", rolloutTree),
                problems);
        return new FlagState(
                stored.key(),
                stored.revision(),
                definition,
                kill,
                rollout,
                stored.updatedAt(),
                stored.updatedBy(),
                problems);
    }

    /** The segments that can be understood. */
    static Map<String, Segment> segments(List<StoredSegment> stored, List<Problem> problems) {
        Map<String, Segment> segments = new LinkedHashMap<>();
        for (StoredSegment segment : stored) {
            segment(segment, problems).ifPresent(good -> segments.put(segment.name(), good));
        }
        return segments;
    }

    static Optional<Segment> segment(StoredSegment stored, List<Problem> problems) {
        return read(stored.document(), text -> FlagJson.segment("segments/" + stored.name(), text), problems);
    }

    /** Settings that cannot be understood protect the environment: whatever they demand, it is not less. */
    static EnvironmentSettings settings(@Nullable String stored) {
        if (stored == null) {
            return EnvironmentSettings.DEFAULT;
        }
        try {
            return EnvironmentSettings.parse("settings", stored);
        } catch (InvalidFlagException e) {
            return new EnvironmentSettings(true, Map.of());
        }
    }

    /** The text of a definition that is to be as wanted; the stored text when that is what it says or cannot be understood. */
    static @Nullable String definition(@Nullable StoredFlag stored, FlagState found, FlagState wanted) {
        if (wanted.definition().equals(found.definition())) {
            return stored == null ? null : stored.definition();
        }
        return wanted.definition().map(FlagJson::write).orElse(null);
    }

    static @Nullable String kill(@Nullable StoredFlag stored, FlagState found, FlagState wanted) {
        if (wanted.kill().equals(found.kill())) {
            return stored == null ? null : stored.kill();
        }
        return wanted.kill().map(FlagJson::write).orElse(null);
    }

    static @Nullable String rollout(@Nullable StoredFlag stored, FlagState found, FlagState wanted) {
        if (wanted.rollout().equals(found.rollout())) {
            return stored == null ? null : stored.rollout();
        }
        return wanted.rollout().map(FlagJson::write).orElse(null);
    }

    private static FlagDefinition definition(String key, FlagDefinition definition) {
        if (!definition.key().equals(key)) {
            throw new InvalidFlagException(
                    key, "is stored under this key but says that it is '" + definition.key() + "'");
        }
        return definition;
    }

    private static <T> Optional<T> read(@Nullable String text, Function<String, T> reader, List<Problem> problems) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(reader.apply(text));
        } catch (InvalidFlagException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }
}
