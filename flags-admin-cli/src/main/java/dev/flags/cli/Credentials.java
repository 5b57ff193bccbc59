package dev.flags.cli;

import dev.flags.secrets.SecretReader;
import java.util.Optional;

/** Finds passwords of the store: never in an argument, and only where others cannot read or plant it. */
final class Credentials {
    private Credentials() {}

    /** The sentinels', which no option gives. */
    static Optional<String> sentinelPassword(Settings settings, Shell shell) {
        SentinelLogin login = settings.sentinels();
        return login.command()
                .map(command -> printedBy("sentinelCredentialCommand", command, settings, shell))
                .or(login::password);
    }

    /** The store's. In order: {@code --password-stdin}, {@code --password-file}, {@code FLAGS_PASSWORD}, the profile. */
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
            return Optional.of(printedBy("credentialCommand", settings.credentialCommand(), settings, shell));
        }
        return settings.password().isEmpty() ? Optional.empty() : Optional.of(settings.password());
    }

    private static String printedBy(String setting, String command, Settings settings, Shell shell) {
        // Profiles.read has already refused a file that others can write
        return SecretReader.fromCommand(
                "the " + setting + " of profile '" + settings.profile() + "'", command, shell.directory);
    }
}
