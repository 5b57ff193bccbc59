package dev.flags.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Finds the store's password: never in an argument, and only where others cannot read or plant it. */
final class Credentials {
    private static final long COMMAND_SECONDS = 30;
    private static final int MAX_LENGTH = 16 * 1024;

    private Credentials() {}

    /** In order: {@code --password-stdin}, {@code --password-file}, {@code FLAGS_PASSWORD}, the profile. */
    static Optional<String> password(GlobalOptions options, Settings settings, Shell shell) {
        if (options.passwordFromStandardInput && options.passwordFile != null) {
            throw new UsageException("give --password-stdin or --password-file, not both");
        }
        if (options.passwordFromStandardInput) {
            String line = shell.readLine();
            if (line == null || line.isEmpty()) {
                throw new UsageException("--password-stdin: standard input is empty");
            }
            return Optional.of(line);
        }
        if (options.passwordFile != null) {
            return Optional.of(fromFile(shell.path(options.passwordFile)));
        }
        String variable = shell.variable("FLAGS_PASSWORD");
        if (variable != null) {
            return Optional.of(variable);
        }
        if (!settings.credentialCommand().isEmpty()) {
            return Optional.of(fromCommand(settings, shell));
        }
        return settings.password().isEmpty() ? Optional.empty() : Optional.of(settings.password());
    }

    private static String fromFile(Path file) {
        if (!Files.isReadable(file)) {
            throw new UsageException("--password-file: cannot read " + file);
        }
        if (FilePermissions.othersCanRead(file)) {
            throw new UsageException("--password-file: " + file + " can be read by others; chmod 600 it");
        }
        try (var lines = Files.newBufferedReader(file)) {
            String line = lines.readLine();
            if (line == null || line.isEmpty()) {
                throw new UsageException("--password-file: " + file + " is empty");
            }
            return line;
        } catch (IOException e) {
            throw new UsageException("--password-file: cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** {@link Profiles#read} has already refused a file that others can write. */
    private static String fromCommand(Settings settings, Shell shell) {
        String where = "the credentialCommand of profile '" + settings.profile() + "'";
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        ProcessBuilder command = windows
                ? new ProcessBuilder("cmd", "/c", settings.credentialCommand())
                : new ProcessBuilder("/bin/sh", "-c", settings.credentialCommand());
        command.directory(shell.directory.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        command.redirectInput(ProcessBuilder.Redirect.INHERIT);
        Path output = null;
        try {
            // through a file, so that waiting is bounded whatever the command does with its output
            output = Files.createTempFile("flags", ".tmp");
            Process process = command.redirectOutput(output.toFile()).start();
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new UsageException(where + " took longer than " + COMMAND_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new UsageException(where + " failed with exit code " + process.exitValue());
            }
            String text = Files.size(output) > MAX_LENGTH ? "" : Files.readString(output, StandardCharsets.UTF_8);
            String line = text.lines().findFirst().orElse("");
            if (line.isEmpty()) {
                throw new UsageException(where + " printed no password");
            }
            return line;
        } catch (IOException e) {
            throw new UsageException(where + " could not be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UsageException(where + " was interrupted", e);
        } finally {
            if (output != null) {
                try {
                    Files.deleteIfExists(output);
                } catch (IOException e) {
                    shell.say("could not delete " + output + ", which holds a password: " + e.getMessage());
                }
            }
        }
    }
}
