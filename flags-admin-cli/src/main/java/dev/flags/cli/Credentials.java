package dev.flags.cli;

import dev.flags.secrets.SecretReader;
import java.util.Optional;

/** Finds the store's password: never in an argument, and only where others cannot read or plant it. */
final class Credentials {
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
            return Optional.of(SecretReader.fromFile("--password-file", shell.path(options.passwordFile)));
        }
        String variable = shell.variable("FLAGS_PASSWORD");
        if (variable != null) {
            return Optional.of(variable);
        }
        if (!settings.credentialCommand().isEmpty()) {
            // Profiles.read has already refused a file that others can write
            return Optional.of(SecretReader.fromCommand(
                    "the credentialCommand of profile '" + settings.profile() + "'",
                    settings.credentialCommand(),
                    shell.directory));
        }
        return settings.password().isEmpty() ? Optional.empty() : Optional.of(settings.password());
    }
}
