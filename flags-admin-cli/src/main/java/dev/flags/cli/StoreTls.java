package dev.flags.cli;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The certificates for {@code rediss://}, from {@code FLAGS_STORE_*} or the profile; databases take theirs from their URLs.
 *
 * @param trustStore holds the authorities to trust; empty: the JVM's
 * @param trustStorePassword empty: none
 * @param keyStore holds this side's own certificate; empty: none
 * @param keyStorePassword empty: none
 */
record StoreTls(
        Optional<Path> trustStore,
        Optional<String> trustStorePassword,
        Optional<Path> keyStore,
        Optional<String> keyStorePassword) {

    static StoreTls resolve(Map<String, Object> profile, Shell shell) {
        return new StoreTls(
                said(shell, "FLAGS_STORE_TRUST_STORE", profile, "trustStore").map(shell::path),
                said(shell, "FLAGS_STORE_TRUST_STORE_PASSWORD", profile, "trustStorePassword"),
                said(shell, "FLAGS_STORE_KEY_STORE", profile, "keyStore").map(shell::path),
                said(shell, "FLAGS_STORE_KEY_STORE_PASSWORD", profile, "keyStorePassword"));
    }

    /** As the variables that it is read from. */
    Map<String, String> variables() {
        Map<String, String> variables = new HashMap<>();
        trustStore.ifPresent(file -> variables.put("FLAGS_STORE_TRUST_STORE", file.toString()));
        trustStorePassword.ifPresent(secret -> variables.put("FLAGS_STORE_TRUST_STORE_PASSWORD", secret));
        keyStore.ifPresent(file -> variables.put("FLAGS_STORE_KEY_STORE", file.toString()));
        keyStorePassword.ifPresent(secret -> variables.put("FLAGS_STORE_KEY_STORE_PASSWORD", secret));
        return variables;
    }

    private static Optional<String> said(Shell shell, String variable, Map<String, Object> profile, String setting) {
        @Nullable String value = shell.variable(variable);
        return value != null
                ? Optional.of(value)
                : Optional.ofNullable(profile.get(setting)).map(Object::toString);
    }
}
