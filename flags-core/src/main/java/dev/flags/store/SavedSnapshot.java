package dev.flags.store;

import dev.flags.FlagsException;
import dev.flags.json.Json;
import dev.flags.model.FlagState;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store's state on disk, for a start without the store. One JSON object whose first member is the SHA-256 of all text that
 * follows that member, so that a cut or altered file is refused. Readable by its owner only. Replaced as a whole: a reader
 * finds the old file or the new one. Safe for use by multiple threads and processes.
 */
public final class SavedSnapshot {
    private static final int SCHEMA = 1;
    private static final String PREFIX = "{\"sha256\":\"";
    private static final int PREFIX_LENGTH = PREFIX.length() + 64 + 2;
    private static final long MAX_BYTES = Json.MAX_FILE_BYTES;

    private SavedSnapshot() {}

    /**
     * What was read.
     *
     * @param state as the store gave it
     * @param savedAt when the store last confirmed it
     */
    public record Loaded(StoredState state, Instant savedAt) {
        /** The flags, decoded. */
        public List<FlagState> flags() {
            return state.flags().stream().map(Records::state).toList();
        }

        /** The segments that can be understood, by name. */
        public Map<String, Segment> segments() {
            return Records.segments(state.segments(), new ArrayList<>());
        }

        /** The environment's settings. */
        public EnvironmentSettings settings() {
            return Records.settings(state.settings());
        }

        /** What cannot be understood of it. */
        public List<Problem> problems() {
            List<Problem> problems = new ArrayList<>();
            flags().forEach(flag -> problems.addAll(flag.problems()));
            Records.segments(state.segments(), problems);
            return problems;
        }
    }

    /** Why a saved snapshot is not used; the message names the file. */
    public static final class UnusableException extends FlagsException {
        private static final long serialVersionUID = 1L;

        UnusableException(Path file, String message, @Nullable Throwable cause) {
            super("saved snapshot " + file.toAbsolutePath() + " " + message, cause);
        }
    }

    /** The name for one store's environment, so that several can share a directory. */
    static Path file(Path directory, String kind, String environment, String location) {
        String safe = environment.replaceAll("[^A-Za-z0-9._-]", "_");
        String hash = AuditChain.hash(location + "\n" + environment).substring(0, 12);
        return directory.resolve("flags-" + kind + "-" + safe + "-" + hash + ".json");
    }

    /**
     * Writes a state, as confirmed by the store now.
     *
     * @throws FlagsException when the file cannot be written; what was there before is untouched
     */
    public static void write(Path file, StoredState state) {
        write(file, state, Instant.now());
    }

    static void write(Path file, StoredState state, Instant savedAt) {
        String rest = Json.write(tree(state, savedAt)).substring(1);
        String text = PREFIX + AuditChain.hash(rest) + "\"," + rest;
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new UnusableException(file, "cannot be written: it is a directory", null);
        }
        try {
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, ".flags-", ".tmp", ownerOnly());
            try {
                writeThrough(temporary, text);
                replace(temporary, file);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw new UnusableException(file, "cannot be written: " + e, e);
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void writeThrough(Path temporary, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            // on disk before it gets its name: else a crash could leave an empty file under it
            channel.force(true);
        }
    }

    private static void replace(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Map<String, Object> tree(StoredState state, Instant savedAt) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", (long) SCHEMA);
        tree.put("savedAt", savedAt.toString());
        tree.put("environment", state.environment());
        tree.put("epoch", state.head().epoch());
        tree.put("revision", state.head().revision());
        tree.put("hash", state.head().hash());
        tree.put("flags", state.flags().stream().map(SavedSnapshot::flag).toList());
        tree.put(
                "segments",
                state.segments().stream().map(SavedSnapshot::segment).toList());
        putText(tree, "settings", state.settings());
        return tree;
    }

    private static Map<String, Object> flag(StoredFlag flag) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("key", flag.key());
        tree.put("revision", flag.revision());
        putText(tree, "definition", flag.definition());
        putText(tree, "kill", flag.kill());
        putText(tree, "rollout", flag.rollout());
        tree.put("updatedAt", flag.updatedAt().toString());
        tree.put("updatedBy", flag.updatedBy());
        return tree;
    }

    private static Map<String, Object> segment(StoredSegment segment) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("name", segment.name());
        tree.put("revision", segment.revision());
        putText(tree, "document", segment.document());
        return tree;
    }

    // records are kept as the texts they are, not as JSON values, so that nothing about them changes
    private static void putText(Map<String, Object> tree, String name, @Nullable String text) {
        if (text != null) {
            tree.put(name, text);
        }
    }

    /**
     * Reads a saved snapshot of any age.
     *
     * @param environment one of another environment is refused
     * @throws UnusableException when there is none, or it is of another environment, cut, altered or made by a newer version
     */
    public static Loaded read(Path file, String environment) {
        Loaded loaded = parse(file, text(file));
        if (!loaded.state().environment().equals(environment)) {
            throw new UnusableException(
                    file, "is of the environment " + loaded.state().environment() + ", not of " + environment, null);
        }
        return loaded;
    }

    /**
     * Reads a saved snapshot that is not too old.
     *
     * @param maxAge an older one is refused
     * @throws UnusableException as {@link #read(Path, String)}, and when it is too old
     */
    public static Loaded read(Path file, String environment, Duration maxAge, Clock clock) {
        Loaded loaded = read(file, environment);
        Duration age = Duration.between(loaded.savedAt(), clock.instant());
        if (age.compareTo(maxAge) > 0) {
            throw new UnusableException(
                    file,
                    "is from " + loaded.savedAt() + ": older than the " + maxAge + " that maxSnapshotAge allows",
                    null);
        }
        return loaded;
    }

    private static String text(Path file) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new UnusableException(file, "is not a regular file", null);
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new UnusableException(file, "is larger than " + MAX_BYTES + " bytes", null);
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UnusableException(file, "does not exist", e);
        } catch (IOException e) {
            throw new UnusableException(file, "cannot be read: " + e, e);
        }
    }

    private static Loaded parse(Path file, String text) {
        if (text.length() < PREFIX_LENGTH || !text.startsWith(PREFIX)) {
            throw new UnusableException(file, "is cut or not a saved snapshot", null);
        }
        String checksum = text.substring(PREFIX.length(), PREFIX.length() + 64);
        if (!AuditChain.hash(text.substring(PREFIX_LENGTH)).equals(checksum)) {
            throw new UnusableException(file, "is cut or was altered: its checksum does not match", null);
        }
        try {
            JsonTree tree = JsonTree.parse(text);
            if (tree.integer("schema") > SCHEMA) {
                throw new UnusableException(file, "was made by a newer version", null);
            }
            List<StoredFlag> flags = new ArrayList<>();
            for (Object flag : tree.list("flags")) {
                flags.add(flag(JsonTree.of("flags", flag)));
            }
            List<StoredSegment> segments = new ArrayList<>();
            for (Object segment : tree.list("segments")) {
                JsonTree members = JsonTree.of("segments", segment);
                segments.add(new StoredSegment(
                        members.string("name"), members.integer("revision"), members.stringOrNull("document")));
            }
            Head head = new Head(tree.string("epoch"), tree.integer("revision"), tree.string("hash"));
            return new Loaded(
                    new StoredState(tree.string("environment"), head, flags, segments, tree.stringOrNull("settings")),
                    Instant.parse(tree.string("savedAt")));
        } catch (JsonTree.JsonMismatch | DateTimeException e) {
            throw new UnusableException(file, "is not what this version writes: " + e.getMessage(), e);
        }
    }

    private static StoredFlag flag(JsonTree members) {
        return new StoredFlag(
                members.string("key"),
                members.integer("revision"),
                members.stringOrNull("definition"),
                members.stringOrNull("kill"),
                members.stringOrNull("rollout"),
                Instant.parse(members.string("updatedAt")),
                members.string("updatedBy"));
    }
}
