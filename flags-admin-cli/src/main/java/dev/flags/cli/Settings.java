package dev.flags.cli;

import dev.flags.model.FlagKeys;
import dev.flags.secrets.Secrets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * What holds for this run, each from the first that says it: option, {@code FLAGS_*} variable, profile, default.
 *
 * @param store the store's URL
 * @param environment the environment's name
 * @param actor who changes things
 * @param profile the profile in use; empty: none
 * @param isProtected whether the profile asks for reasons and agreements, whatever the environment's own protection says
 * @param credentialCommand prints the store's password; empty: none
 * @param password the profile's own password; empty: none
 * @param tls certificates for the store
 * @param sentinels the login that the sentinels before the store ask for
 * @param timeout how long a server may take to connect or to answer
 * @param killFile the flag file that applications have as a layer for kills without the store; empty: not known
 */
record Settings(
        String store,
        String environment,
        String actor,
        String profile,
        boolean isProtected,
        String credentialCommand,
        String password,
        StoreTls tls,
        SentinelLogin sentinels,
        Duration timeout,
        Optional<Path> killFile) {
    private static final String DEFAULT_STORE = "jdbc:sqlite:flags.db";
    private static final String DEFAULT_ENVIRONMENT = "development";

    /** Whoever is on call must not wait long for a server that hangs. */
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /** Drivers of databases count in seconds. */
    private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    static Settings resolve(GlobalOptions options, Shell shell) {
        requireNoPassword("--store", options.store);
        requireNoPassword("FLAGS_STORE", shell.variable("FLAGS_STORE"));
        String environment = first(options.environment, shell.variable("FLAGS_ENVIRONMENT"));
        String actor = first(options.actor, shell.variable("FLAGS_ACTOR"));
        String store = first(options.store, shell.variable("FLAGS_STORE"));

        Profiles profiles = Profiles.read(shell);
        String name = first(options.profile, shell.variable("FLAGS_PROFILE"));
        if (name == null) {
            name = profiles.current();
        }
        Map<String, Object> profile = name.isEmpty() ? Map.of() : profiles.get(name);
        requireNoPassword("the profile '" + name + "'", text(profile, "store", ""));
        if (options.output == null && profile.get("output") instanceof String output) {
            options.output = new OutputFormat.Converter().convert(output);
        }
        return new Settings(
                or(store, profile, "store", DEFAULT_STORE),
                requireEnvironment(or(environment, profile, "environment", DEFAULT_ENVIRONMENT)),
                or(actor, profile, "actor", System.getProperty("user.name", "unknown")),
                name,
                Boolean.parseBoolean(text(profile, "protected", "false")),
                text(profile, "credentialCommand", ""),
                text(profile, "password", ""),
                StoreTls.resolve(profile, shell),
                SentinelLogin.resolve(profile, shell),
                timeout(or(shell.variable("FLAGS_STORE_TIMEOUT"), profile, "timeout", "")),
                Optional.ofNullable(or(shell.variable("FLAGS_STORE_KILL_FILE"), profile, "killFile", ""))
                        .filter(path -> !path.isEmpty())
                        .map(shell::path));
    }

    private static void requireNoPassword(String where, @Nullable String url) {
        if (url != null && Secrets.isIn(url)) {
            throw new UsageException(
                    where
                            + " holds a password in the store's URL, and URLs are shown in process lists and messages. Name the user alone, and"
                            + " give the password by FLAGS_PASSWORD, --password-stdin, --password-file or the profile's credentialCommand");
        }
    }

    private static Duration timeout(String said) {
        if (said.isEmpty()) {
            return DEFAULT_TIMEOUT;
        }
        String where = "the store's time-out, from FLAGS_STORE_TIMEOUT or the profile: ";
        try {
            Duration timeout = Times.duration(said);
            if (timeout.compareTo(SHORTEST_TIMEOUT) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
                throw new UsageException(where + said + " is not from " + Times.text(SHORTEST_TIMEOUT) + " to "
                        + Times.text(LONGEST_TIMEOUT));
            }
            return timeout;
        } catch (TypeConversionException e) {
            throw new UsageException(where + e.getMessage(), e);
        }
    }

    private static String requireEnvironment(String name) {
        FlagKeys.problemWith(name).ifPresent(problem -> {
            throw new UsageException("the environment's name " + problem);
        });
        return name;
    }

    private static String or(@Nullable String said, Map<String, Object> profile, String setting, String otherwise) {
        return said != null ? said : text(profile, setting, otherwise);
    }

    private static String text(Map<String, Object> profile, String setting, String otherwise) {
        return profile.containsKey(setting) ? String.valueOf(profile.get(setting)) : otherwise;
    }

    private static @Nullable String first(@Nullable String option, @Nullable String variable) {
        return option != null ? option : variable;
    }
}
