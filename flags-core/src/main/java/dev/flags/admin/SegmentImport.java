package dev.flags.admin;

import dev.flags.FlagsException;
import dev.flags.model.FlagKeys;
import dev.flags.model.Segment;
import dev.flags.model.SegmentVersion;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import dev.flags.store.OutcomeUnknownException;
import dev.flags.store.SegmentMembers;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Gives a large segment its members, in one person's name: fills a new version, checks that all of it arrived, and switches to it by
 * one commit. Until then, and whatever goes wrong, the version before it counts.
 *
 * <p>What is left behind is removed by the next import: the version before the last (instances that have not seen the switch yet
 * still look up the last one), and what imports that were killed have filled, once it is an hour old.
 *
 * <p>Safe for use by multiple threads; of two imports of one segment at once, the one that commits last counts.
 */
public final class SegmentImport {
    /** The action of its audit entry. */
    public static final String ACTION = "segment-import";

    /** No import takes longer; what is older and named by no document is left over. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int STAMP_LENGTH = "20260131T120000Z".length();

    private final FlagStore store;
    private final AdminCommit commit;

    /** Imports into a store in somebody's name. */
    public SegmentImport(FlagStore store, Actor actor) {
        this.store = store;
        this.commit = new AdminCommit(store, actor);
    }

    /**
     * Where members come from: targeting keys, one a line, in UTF-8. White space around them is cut; empty lines and lines that begin
     * with {@code #} say nothing.
     *
     * @param name for messages and for the audit entry
     * @param content opened once, and closed
     */
    public record MemberFile(String name, Content content) {
        /** Opens what is to be read. */
        @FunctionalInterface
        public interface Content {
            InputStream open() throws IOException;
        }
    }

    /** Is told how far an import has come. */
    @FunctionalInterface
    public interface Progress {
        /** So many targeting keys have been read, and written unless it is a dry run. */
        void read(long keys);
    }

    /**
     * Imports. In a dry run the file is read and checked, and nothing is written. A protected environment asks, as for what may
     * raise exposure, before the file is read.
     *
     * @throws dev.flags.model.InvalidFlagException when lines are not targeting keys: each, up to twenty, with its number
     * @throws FlagsException when the file cannot be read or holds no targeting key, when this kind of store keeps no members, or when
     *     the store lost some of what was written; and what {@link dev.flags.store.Storage} says. Nothing was switched then, but for an
     *     {@link OutcomeUnknownException}
     */
    public WriteOutcome run(String segment, MemberFile file, WriteOptions options, Progress progress) {
        FlagKeys.require(segment);
        SegmentMembers members = store.members()
                .orElseThrow(() ->
                        new FlagsException("the store " + store.location() + " keeps no members of large segments"));
        Optional<SegmentVersion> before = presentMembers(segment);
        Optional<WriteOutcome> question = question(segment, options);
        if (question.isPresent()) {
            return question.get();
        }
        String version = STAMP.format(store.now())
                + String.format("-%08x", ThreadLocalRandom.current().nextInt());
        VersionFilling filling = new VersionFilling(members, segment, version, options.dryRun());
        WriteOutcome outcome;
        try {
            long count = filling.fill(file, progress);
            outcome = switchTo(segment, version, count, filling.keys(), file.name(), options);
        } catch (OutcomeUnknownException e) {
            // it may count already
            throw e;
        } catch (RuntimeException | Error e) {
            filling.discard();
            throw e;
        }
        if (outcome instanceof WriteOutcome.Done done && done.changed()) {
            List<String> notes = new ArrayList<>(filling.notes());
            if (!options.dryRun()) {
                notes.addAll(removeLeftOvers(members, segment, version, before));
            }
            return done.and(notes);
        }
        filling.discard();
        return outcome;
    }

    /** The version that counts now, of a segment that is there and can be understood. */
    private Optional<SegmentVersion> presentMembers(String name) {
        Segment known = store.segments().get(name);
        boolean malformed = known == null
                && store.load().segments().stream()
                        .anyMatch(segment -> segment.name().equals(name) && segment.document() != null);
        if (malformed) {
            throw new FlagsException(
                    "the segment '" + name
                            + "' in the store cannot be understood, and an import would overwrite it; 'flags doctor' says what is wrong");
        }
        return known == null ? Optional.empty() : known.members();
    }

    /** What a protected environment asks, before millions of lines are read for nothing. The commit asks again. */
    private Optional<WriteOutcome> question(String segment, WriteOptions options) {
        if (options.dryRun() || !store.settings().isProtected()) {
            return Optional.empty();
        }
        if (options.reason().isBlank()) {
            return Optional.of(new WriteOutcome.NeedsReason(store.environment()));
        }
        if (options.confirmed()) {
            return Optional.empty();
        }
        WriteOutcome.Done preview = new WriteOutcome.Done(
                ACTION, List.of(), true, store.head().revision(), Map.of(), Map.of(), List.of(), List.of());
        return Optional.of(new WriteOutcome.NeedsConfirmation(
                "The environment " + store.environment() + " is protected, and an import of members of '" + segment
                        + "' may raise the exposure of flags that use it. Go on?",
                preview));
    }

    private WriteOutcome switchTo(
            String name, String version, long count, long read, String file, WriteOptions options) {
        AdminVerb.Edit edit = found -> {
            Segment present = found.segments().get(name);
            Optional<SegmentVersion> previous = present == null ? Optional.empty() : present.members();
            SegmentVersion members = new SegmentVersion(
                    version,
                    count,
                    Optional.of(found.now()),
                    previous.map(SegmentVersion::version),
                    previous.map(SegmentVersion::extra).orElse(Map.of()));
            Segment segment = present == null
                    ? new Segment(name, "", Set.of(), Set.of(), List.of(), Optional.of(members), Map.of())
                    : present.withMembers(Optional.of(members));
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("segment", name);
            details.put("file", file);
            details.put("members", count);
            details.put("read", read);
            previous.ifPresent(earlier -> details.put("previousMembers", earlier.count()));
            return new AdminVerb.Plan(
                    Map.of(),
                    Map.of(name, Optional.of(segment)),
                    Optional.empty(),
                    List.of(),
                    "",
                    List.of(sizeNote(name, count, previous)),
                    details);
        };
        return commit.run(new AdminVerb(ACTION, List.of(), Map.of(), AdminVerb.Scope.ENVIRONMENT, true, edit), options);
    }

    private static String sizeNote(String name, long count, Optional<SegmentVersion> previous) {
        return name + ": " + count + " members"
                + previous.map(earlier -> ", " + earlier.count() + " before").orElse("");
    }

    /** Failing to remove is not failing to import: the next import tries again. */
    private List<String> removeLeftOvers(
            SegmentMembers members, String segment, String version, Optional<SegmentVersion> before) {
        Set<String> kept = new LinkedHashSet<>();
        kept.add(version);
        before.ifPresent(earlier -> kept.add(earlier.version()));
        // what counts by now, should somebody have imported at the same time
        presentMembers(segment).ifPresent(now -> {
            kept.add(now.version());
            now.previous().ifPresent(kept::add);
        });
        Optional<String> beforeTheLast = before.flatMap(SegmentVersion::previous);
        try {
            Instant now = store.now();
            for (String there : members.versions(segment)) {
                if (!kept.contains(there)
                        && (beforeTheLast.filter(there::equals).isPresent() || isAbandoned(there, now))) {
                    members.remove(segment, there);
                }
            }
            return List.of();
        } catch (FlagsException e) {
            return List.of("members of earlier versions could not be removed (" + e.getMessage()
                    + "); the next import tries again");
        }
    }

    private static boolean isAbandoned(String version, Instant now) {
        Instant made = madeAt(version);
        return made != null && Duration.between(made, now).compareTo(ABANDONED) > 0;
    }

    /** When a version was begun, as its name says; null where it is not one of ours. */
    static @Nullable Instant madeAt(String version) {
        if (version.length() < STAMP_LENGTH) {
            return null;
        }
        try {
            return STAMP.parse(version.substring(0, STAMP_LENGTH), Instant::from);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
