package dev.flags.cli;

import java.util.Map;
import java.util.Optional;

/**
 * What is said of the login that sentinels ask for, which is not the servers': by {@code FLAGS_REDIS_SENTINEL_*} or, where they give no
 * password, by the profile. A user named beside one password never goes with another.
 *
 * @param user empty: the default user
 * @param password empty: none, unless a command prints it
 * @param command prints the password; empty: none
 */
record SentinelLogin(Optional<String> user, Optional<String> password, Optional<String> command) {
    // the library reads them too
    private static final String USER = "FLAGS_REDIS_SENTINEL_USER";
    private static final String PASSWORD = "FLAGS_REDIS_SENTINEL_PASSWORD";

    static SentinelLogin resolve(Map<String, Object> profile, Shell shell) {
        Optional<String> user = text(profile, "sentinelUser");
        Optional<String> password = text(profile, "sentinelPassword");
        Optional<String> command = text(profile, "sentinelCredentialCommand");
        boolean complete = password.isPresent() || command.isPresent();
        Optional<String> variable = Optional.ofNullable(shell.variable(PASSWORD));
        if (variable.isPresent()) {
            Optional<String> beside = Optional.ofNullable(shell.variable(USER));
            return new SentinelLogin(complete ? beside : beside.or(() -> user), variable, Optional.empty());
        }
        // a user without any password is taken for one that needs none, as in a store's URL
        return new SentinelLogin(user, complete ? password : user.map(name -> ""), command);
    }

    /** As the variables that it is read from; the user also where there is none, so that no other one goes with the password. */
    Map<String, String> variables(String secret) {
        return Map.of(USER, user.orElse(""), PASSWORD, secret);
    }

    private static Optional<String> text(Map<String, Object> profile, String setting) {
        return Optional.ofNullable(profile.get(setting)).map(Object::toString).filter(text -> !text.isEmpty());
    }
}
