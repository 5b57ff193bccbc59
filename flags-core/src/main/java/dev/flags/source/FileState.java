package dev.flags.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What tells cheaply that a file is another one than before: where its path leads through symbolic links, which file that is,
 * its size and when it was written.
 */
record FileState(Path realPath, @Nullable Object fileKey, long size, FileTime modified) {
    /** Two writes within this time may leave the same time stamp on file systems that count in seconds. */
    private static final long COARSEST_STAMP_MILLIS = 2_100;

    static FileState of(Path file) throws IOException {
        Path real = file.toRealPath();
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
        if (attributes.isDirectory()) {
            throw new IOException("is a directory");
        }
        return new FileState(real, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime());
    }

    /** Whether the file could have been written again after a look at this time without showing it in its state. */
    boolean isInDoubt(long lookedAtMillis) {
        return lookedAtMillis - modified.toMillis() < COARSEST_STAMP_MILLIS;
    }

    /** How many milliseconds are left until the file has not been written for this long; a stamp in the future says nothing. */
    long untilQuietFor(long quietMillis, long nowMillis) {
        long age = nowMillis - modified.toMillis();
        return age < 0 ? 0 : Math.max(0, quietMillis - age);
    }
}
