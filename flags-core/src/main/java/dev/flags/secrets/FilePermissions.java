package dev.flags.secrets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Who else can read or write a file. File systems without POSIX permissions (Windows) answer that nobody can. Safe for use by
 * multiple threads.
 */
public final class FilePermissions {
    private FilePermissions() {}

    /**
     * Whether anybody but the owner may write it.
     *
     * @throws SecretException when that cannot be found out
     */
    public static boolean othersCanWrite(Path file) {
        Set<PosixFilePermission> permissions = of(file);
        return permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    /**
     * Whether anybody but the owner may read it.
     *
     * @throws SecretException when that cannot be found out
     */
    public static boolean othersCanRead(Path file) {
        Set<PosixFilePermission> permissions = of(file);
        return permissions.contains(PosixFilePermission.GROUP_READ)
                || permissions.contains(PosixFilePermission.OTHERS_READ);
    }

    private static Set<PosixFilePermission> of(Path file) {
        try {
            return Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException e) {
            return Set.of();
        } catch (IOException e) {
            throw new SecretException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Makes a file that only its owner can read and write, with this content, and moves it into place. */
    public static void writePrivately(Path file, String content) throws IOException {
        // a temporary file is made with rw------- where the file system has permissions
        write(file, content, temporary -> {});
    }

    /** As {@link #writePrivately}, with the permissions that the file had before, if it was there. */
    public static void replace(Path file, String content) throws IOException {
        write(file, content, temporary -> {
            if (Files.getFileStore(temporary).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(
                        temporary,
                        Files.exists(file)
                                ? Files.getPosixFilePermissions(file)
                                : PosixFilePermissions.fromString("rw-r--r--"));
            }
        });
    }

    private static void write(Path file, String content, Permitting permitting) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IOException(file + " is not a file");
        }
        Files.createDirectories(parent);
        Path temporary = Files.createTempFile(parent, ".flags", ".tmp");
        try {
            Files.writeString(temporary, content);
            permitting.permit(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Says who may do what with a file that is not in its place yet. */
    @FunctionalInterface
    private interface Permitting {
        void permit(Path temporary) throws IOException;
    }
}
