package dev.flags.store;

import dev.flags.FlagsException;
import dev.flags.json.Json;
import dev.flags.store.EnvironmentSettings.Archived;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Audit entries in a file, one a line, oldest first. Each line is a JSON object that has, beside what {@code flags history} shows,
 * the entry's {@code payload} byte for byte and its {@code hash}, so that the chain can be verified from the file alone. Safe for
 * use by multiple threads.
 */
public final class AuditFile {
    private static final int PAGE = 200;

    private AuditFile() {}

    /** One entry as a line, without the line feed. */
    public static String line(AuditEntry entry) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("apiVersion", 1L);
        tree.put("revision", entry.revision());
        tree.put("at", entry.at().toString());
        tree.put("actor", entry.actor().name());
        tree.put("osUser", entry.actor().osUser());
        tree.put("host", entry.actor().host());
        tree.put("action", entry.action());
        tree.put("keys", entry.keys());
        tree.put("reason", entry.reason());
        tree.put("details", entry.details());
        tree.put("before", entry.before());
        tree.put("after", entry.after());
        tree.put("hash", entry.hash());
        tree.put("previousHash", entry.previousHash());
        tree.put("payload", entry.payload());
        return Json.write(tree);
    }

    /**
     * Writes the beginning of a store's log to a new file. Each entry is verified before it is written, and the file is read back
     * and verified, so that the entries may be removed from the store once this has returned: it is on disk then.
     *
     * @param through the last revision to write; the one after it must be in the log, too
     * @return the anchor that the rest of the log follows on
     * @throws StoreDamagedException when the chain is broken; nothing was written
     * @throws FlagsException when there is a file of this name, or it cannot be written
     */
    public static Archived write(Path file, FlagStore store, long through) {
        Optional<Archived> since = store.settings().archived();
        Path target = file.toAbsolutePath();
        Path directory = target.getParent();
        if (directory == null) {
            throw new FlagsException(file + " cannot be written: it is a directory");
        }
        try {
            Files.createDirectories(directory);
            Path temporary = Files.createTempFile(directory, ".flags-", ".tmp");
            try {
                writeEntries(temporary, store, since, through);
                Archived written = verify(temporary, store, since);
                publish(temporary, target);
                return new Archived(written.revision(), written.hash(), target.toString(), written.entries());
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw new FlagsException("there is a file " + target + " already; nothing was written", e);
        } catch (IOException | UncheckedIOException e) {
            throw new FlagsException(target + " cannot be written: " + e, e);
        }
    }

    /**
     * Reads a file that {@link #write} made of the beginning of the store's present log, and verifies it against that.
     *
     * @return the anchor that the rest of the log follows on
     * @throws FlagsException when it is not such a file, or not whole
     */
    public static Archived read(Path file, FlagStore store) {
        Path target = file.toAbsolutePath();
        try {
            Archived read = verify(target, store, store.settings().archived());
            return new Archived(read.revision(), read.hash(), target.toString(), read.entries());
        } catch (StoreDamagedException e) {
            throw new FlagsException(
                    "there is a file " + target + " already, and it is not the beginning of the log of "
                            + store.location() + ": " + e.getMessage(),
                    e);
        } catch (IOException | UncheckedIOException e) {
            throw new FlagsException(target + " cannot be read: " + e, e);
        }
    }

    private static void writeEntries(Path file, FlagStore store, Optional<Archived> since, long through)
            throws IOException {
        ChainWalk walk = new ChainWalk(store.environment(), store.head().epoch(), since);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                BufferedWriter lines = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8))) {
            while (walk.revision() <= through) {
                List<AuditEntry> page = store.entriesAfter(walk.revision(), PAGE);
                if (page.isEmpty()) {
                    throw new StoreDamagedException("the log of " + store.location() + " ends at revision "
                            + walk.revision() + ", before revision " + (through + 1));
                }
                for (AuditEntry entry : page) {
                    if (walk.revision() > through) {
                        break;
                    }
                    step(walk, entry.revision(), entry.payload(), entry.hash());
                    // the one after the last is only verified: it follows on what is written
                    if (entry.revision() <= through) {
                        lines.write(line(entry));
                        lines.write('\n');
                    }
                }
            }
            lines.flush();
            channel.force(true);
        }
    }

    private static Archived verify(Path file, FlagStore store, Optional<Archived> since) throws IOException {
        ChainWalk walk = new ChainWalk(store.environment(), store.head().epoch(), since);
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonTree tree = JsonTree.parse(line);
                step(walk, tree.integer("revision"), tree.string("payload"), tree.string("hash"));
            }
        } catch (JsonTree.JsonMismatch e) {
            throw new StoreDamagedException(
                    "line " + (walk.entries() + 1) + " is not an audit entry: " + e.getMessage());
        }
        List<AuditEntry> next = store.entriesAfter(walk.revision(), 1);
        if (walk.entries() == 0
                || next.isEmpty()
                || next.get(0).revision() != walk.revision() + 1
                || !next.get(0).previousHash().equals(walk.hash())) {
            throw new StoreDamagedException(
                    "the log does not go on from its last entry, of revision " + walk.revision());
        }
        return new Archived(walk.revision(), walk.hash(), "", walk.entries());
    }

    private static void step(ChainWalk walk, long revision, String payload, String hash) {
        walk.step(new StoredEntry(revision, payload, hash)).ifPresent(problem -> {
            throw new StoreDamagedException(problem);
        });
    }

    private static void publish(Path temporary, Path target) throws IOException {
        try {
            // a link is refused where there is a file, which a move is not on every system
            Files.createLink(target, temporary);
        } catch (UnsupportedOperationException e) {
            Files.move(temporary, target);
        }
        Path directory = target.getParent();
        if (directory != null && Files.getFileStore(directory).supportsFileAttributeView("posix")) {
            try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
                // the name, too, must be on disk before the store forgets the entries
                entry.force(true);
            }
        }
    }
}
