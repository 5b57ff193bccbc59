package dev.flags.secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a secret from where it is kept: a file that nobody else can read, or a command that prints it. Each time anew, so that a
 * password may change. Safe for use by multiple threads.
 */
public final class SecretReader {
    private static final Logger LOG = LoggerFactory.getLogger(SecretReader.class);
    private static final long COMMAND_SECONDS = 30;
    private static final int MAX_LENGTH = 16 * 1024;

    private SecretReader() {}

    /**
     * The first line of a file.
     *
     * @param whose what asks for it, for messages
     * @throws SecretException when the file is not there, is empty or can be read by others
     */
    public static String fromFile(String whose, Path file) {
        if (!Files.isReadable(file)) {
            throw new SecretException(whose + ": cannot read " + file);
        }
        if (FilePermissions.othersCanRead(file)) {
            throw new SecretException(whose + ": " + file + " can be read by others; chmod 600 it");
        }
        try (var lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            if (line == null || line.isEmpty()) {
                throw new SecretException(whose + ": " + file + " is empty");
            }
            return line;
        } catch (IOException e) {
            throw new SecretException(whose + ": cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The first line that a shell command prints, which may take {@value #COMMAND_SECONDS} s. Whoever calls this has made sure that
     * nobody else could have written the command.
     *
     * @param whose what asks for it, for messages
     * @param directory where the command runs
     * @throws SecretException when it fails, prints nothing or takes too long
     */
    public static String fromCommand(String whose, String command, Path directory) {
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        ProcessBuilder shell =
                windows ? new ProcessBuilder("cmd", "/c", command) : new ProcessBuilder("/bin/sh", "-c", command);
        shell.directory(directory.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        shell.redirectInput(ProcessBuilder.Redirect.INHERIT);
        Path output = null;
        try {
            // through a file, so that waiting is bounded whatever the command does with its output
            output = Files.createTempFile("flags", ".tmp");
            return printed(whose, shell.redirectOutput(output.toFile()), output);
        } catch (IOException e) {
            throw new SecretException(whose + " could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SecretException(whose + " was interrupted", e);
        } finally {
            delete(whose, output);
        }
    }

    private static String printed(String whose, ProcessBuilder shell, Path output)
            throws IOException, InterruptedException {
        Process process = shell.start();
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new SecretException(whose + " took longer than " + COMMAND_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new SecretException(whose + " failed with exit code " + process.exitValue());
        }
        String text = Files.size(output) > MAX_LENGTH ? "" : Files.readString(output, StandardCharsets.UTF_8);
        String line = text.lines().findFirst().orElse("");
        if (line.isEmpty()) {
            throw new SecretException(whose + " printed no password");
        }
        return line;
    }

    private static void delete(String whose, @Nullable Path output) {
        if (output == null) {
            return;
        }
        try {
            Files.deleteIfExists(output);
        } catch (IOException e) {
            LOG.warn("{}: could not delete {}, which holds a password", whose, output, e);
        }
    }
}
