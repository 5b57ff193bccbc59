package dev.flags.env;

import dev.flags.model.FlagKeys;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;

/** Says which variables are flags. Not thread-safe; confine it to one thread. */
public final class EnvSourceBuilder {
    private final Set<String> prefixes = new LinkedHashSet<>(Set.of("FLAGS_"));
    private final Map<String, String> keysByName = new LinkedHashMap<>();
    private final List<Path> dotEnvFiles = new ArrayList<>();
    private String listVariable = "FEATURE_FLAGS";
    private boolean listComplete;
    private Supplier<Map<String, String>> variables = System::getenv;
    private Supplier<Properties> systemProperties = System::getProperties;

    EnvSourceBuilder() {}

    private EnvSourceBuilder(EnvSourceBuilder from) {
        prefixes.clear();
        prefixes.addAll(from.prefixes);
        keysByName.putAll(from.keysByName);
        dotEnvFiles.addAll(from.dotEnvFiles);
        listVariable = from.listVariable;
        listComplete = from.listComplete;
        variables = from.variables;
        systemProperties = from.systemProperties;
    }

    /**
     * Reads variables with this prefix too, beside {@code FLAGS_}; for instance {@code FEATURE_} or {@code USE_}. Whatever
     * follows the prefix is the flag's key in upper case, with {@code _} for {@code -}.
     */
    public EnvSourceBuilder prefix(String prefix) {
        prefixes.add(prefix);
        return this;
    }

    /**
     * Names the variable of a key that cannot be told from its name, because it has capitals, dots or underscores.
     *
     * @param variable the whole name, for instance {@code USE_ATOMIC_CREATION}
     * @param key the flag's key
     */
    public EnvSourceBuilder variable(String variable, String key) {
        keysByName.put(variable, FlagKeys.require(key));
        return this;
    }

    /** The variable that lists enabled flags, separated by commas; by default {@code FEATURE_FLAGS}. */
    public EnvSourceBuilder listVariable(String name) {
        listVariable = name;
        return this;
    }

    /** Declares the list complete: where the variable is set, a flag that this layer does not name is off. */
    public EnvSourceBuilder listIsComplete() {
        listComplete = true;
        return this;
    }

    /** Reads this {@code .env} file too, and again when it changes. A file that does not exist is empty. */
    public EnvSourceBuilder dotEnv(Path file) {
        dotEnvFiles.add(file);
        return this;
    }

    /** Reads these instead of the process' variables. */
    public EnvSourceBuilder variables(Map<String, String> instead) {
        Map<String, String> copy = Map.copyOf(instead);
        variables = () -> copy;
        return this;
    }

    /** Reads these instead of the JVM's system properties. */
    public EnvSourceBuilder systemProperties(Map<String, String> instead) {
        Properties copy = new Properties();
        copy.putAll(instead);
        systemProperties = () -> copy;
        return this;
    }

    public EnvSource build() {
        return new EnvSource(new EnvSourceBuilder(this));
    }

    EnvNames names() {
        return new EnvNames(List.copyOf(prefixes), Map.copyOf(keysByName));
    }

    List<Path> dotEnvFiles() {
        return dotEnvFiles;
    }

    String listVariable() {
        return listVariable;
    }

    boolean isListComplete() {
        return listComplete;
    }

    Map<String, String> currentVariables() {
        return variables.get();
    }

    Properties currentSystemProperties() {
        return systemProperties.get();
    }
}
