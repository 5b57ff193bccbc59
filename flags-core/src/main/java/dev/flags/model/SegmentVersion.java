package dev.flags.model;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which version of a large segment's imported members counts. The members themselves are not part of any document: the store keeps them
 * by segment and version, and a version never changes once a document names it. Immutable.
 *
 * @param version the version's name; the same characters as a flag key
 * @param count how many members it has
 * @param importedAt store time of the import that made it, where it is known
 * @param previous the version before it, which the store still holds for instances that have not seen the switch yet
 * @param extra fields this version of the software does not know, kept as they are
 */
public record SegmentVersion(
        String version,
        long count,
        Optional<Instant> importedAt,
        Optional<String> previous,
        Map<String, Object> extra) {
    public SegmentVersion {
        extra = JsonValues.freeze(extra);
        Problems problems = new Problems("members#");
        check(problems, version, count, previous.orElse(null));
        problems.require();
    }

    /** Notes all that is wrong; a null version is reported already. */
    static void check(Problems problems, @Nullable String version, long count, @Nullable String previous) {
        if (version != null) {
            FlagKeys.problemWith(version).ifPresent(problems.at("version")::add);
        }
        if (previous != null) {
            FlagKeys.problemWith(previous).ifPresent(problems.at("previous")::add);
        }
        if (count < 0) {
            problems.at("count").add("must not be negative, was " + count);
        }
    }
}
