package dev.flags.cli;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.secrets.FilePermissions;
import dev.flags.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The profiles in {@code $XDG_CONFIG_HOME/flags/config.yaml}:
 *
 * <pre>{@code
 * current: staging
 * profiles:
 *   staging:
 *     store: jdbc:sqlite:/srv/flags.db
 *     environment: staging
 * }</pre>
 *
 * @param file where they are kept; it need not exist
 * @param current the one that is used unless another is named; empty: none
 * @param byName each a map of settings to texts
 */
record Profiles(Path file, String current, Map<String, Map<String, Object>> byName) {
    /** What a profile can hold, in the order in which messages name it. */
    private static final List<String> SETTINGS = List.of(
            "store",
            "environment",
            "actor",
            "output",
            "protected",
            "killFile",
            "timeout",
            "credentialCommand",
            "password",
            "sentinelUser",
            "sentinelCredentialCommand",
            "sentinelPassword",
            "trustStore",
            "trustStorePassword",
            "keyStore",
            "keyStorePassword");

    /** Those that are never shown, and that make the file nobody else's to read. */
    static final Set<String> SECRETS = Set.of("password", "sentinelPassword", "trustStorePassword", "keyStorePassword");

    static Profiles read(Shell shell) {
        Path file = file(shell);
        if (!Files.exists(file)) {
            return new Profiles(file, "", Map.of());
        }
        if (FilePermissions.othersCanWrite(file)) {
            throw new UsageException(
                    file
                            + " can be written by others, who could point you at another store or run a command as you; chmod go-w it");
        }
        Profiles profiles;
        try {
            profiles = of(file, Json.parseYaml(Files.readString(file)));
        } catch (IOException | JsonException e) {
            throw new UsageException("cannot read " + file + ": " + e.getMessage(), e);
        }
        if (profiles.holdASecret() && FilePermissions.othersCanRead(file)) {
            throw new UsageException(file + " holds a password and can be read by others; chmod 600 it");
        }
        return profiles;
    }

    private static Path file(Shell shell) {
        return directory(shell).resolve("config.yaml");
    }

    /** Where this user's files for this program are. */
    static Path directory(Shell shell) {
        String home = shell.variable("XDG_CONFIG_HOME");
        if (home == null) {
            String user = shell.variable("HOME");
            home = (user == null ? System.getProperty("user.home", ".") : user) + "/.config";
        }
        return shell.path(home).resolve("flags");
    }

    private static Profiles of(Path file, @Nullable Object tree) {
        if (tree == null) {
            return new Profiles(file, "", Map.of());
        }
        Map<String, Map<String, Object>> byName = new LinkedHashMap<>();
        Map<String, Object> top = map(file, "", tree);
        for (Map.Entry<String, Object> profile :
                map(file, "profiles", top.getOrDefault("profiles", Map.of())).entrySet()) {
            Map<String, Object> settings = map(file, "profiles/" + profile.getKey(), profile.getValue());
            for (String setting : settings.keySet()) {
                requireSetting(file + ": profiles/" + profile.getKey(), setting);
            }
            byName.put(profile.getKey(), settings);
        }
        Object current = top.get("current");
        return new Profiles(file, current == null ? "" : current.toString(), byName);
    }

    static void requireSetting(String where, String setting) {
        if (!SETTINGS.contains(setting)) {
            int last = SETTINGS.size() - 1;
            throw new UsageException(where + " has the setting '" + setting + "'; there are "
                    + String.join(", ", SETTINGS.subList(0, last)) + " and " + SETTINGS.get(last));
        }
    }

    private static Map<String, Object> map(Path file, String path, @Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> map)) {
            throw new UsageException(file + (path.isEmpty() ? "" : ": " + path) + " is not a map of settings");
        }
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                result.put(String.valueOf(key), value);
            }
        });
        return result;
    }

    private boolean holdASecret() {
        return byName.values().stream()
                .anyMatch(settings -> settings.keySet().stream().anyMatch(SECRETS::contains)
                        || (settings.get("store") instanceof String store && Secrets.isIn(store)));
    }

    /** One profile's settings. */
    Map<String, Object> get(String name) {
        Map<String, Object> settings = byName.get(name);
        if (settings == null) {
            throw new UsageException("there is no profile '" + name + "' in " + file
                    + (byName.isEmpty() ? "" : "; it has " + String.join(", ", byName.keySet())));
        }
        return settings;
    }

    Profiles withCurrent(String name) {
        get(name);
        return new Profiles(file, name, byName);
    }

    /** These with one setting changed; null removes it. */
    Profiles with(String name, String setting, @Nullable Object value) {
        Map<String, Map<String, Object>> changed = new LinkedHashMap<>(byName);
        Map<String, Object> settings = new LinkedHashMap<>(changed.getOrDefault(name, Map.of()));
        if (value == null) {
            settings.remove(setting);
        } else {
            settings.put(setting, value);
        }
        changed.put(name, settings);
        return new Profiles(file, current, changed);
    }

    /** Writes the file, readable by its owner only. */
    void write() {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!current.isEmpty()) {
            tree.put("current", current);
        }
        tree.put("profiles", byName);
        try {
            FilePermissions.writePrivately(file, Yaml.write(tree));
        } catch (IOException e) {
            throw new UsageException("cannot write " + file + ": " + e, e);
        }
    }
}
