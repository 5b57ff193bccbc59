package dev.flags.env;

import dev.flags.model.FlagKeys;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.source.LayerFlag;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * One reading of everything that may set a flag.
 *
 * @param settings what counts for each flag, by key
 * @param flags the same as a layer's flags
 * @param complete whether unlisted flags are off
 * @param problems malformed values and contradictions, by the variables' names
 */
record EnvReading(
        Map<String, EnvSetting> settings, Map<String, LayerFlag> flags, boolean complete, List<Problem> problems) {

    static EnvReading of(EnvSourceBuilder source, Instant now) {
        List<Problem> problems = new ArrayList<>();
        // one origin after the other, in order of precedence
        List<Origin> origins = new ArrayList<>();
        origins.add(Origin.ofProperties(source, problems));
        origins.add(Origin.ofVariables(source, source.currentVariables(), problems));
        for (Path file : source.dotEnvFiles()) {
            DotEnvFile read = DotEnvFile.read(file);
            problems.addAll(read.problems());
            origins.add(Origin.ofVariables(source, read.variables(), problems));
        }
        Map<String, EnvSetting> settings = new TreeMap<>();
        for (Origin origin : origins) {
            origin.settings.forEach(
                    (key, setting) -> settings.merge(key, setting, (higher, lower) -> lower.kill() ? lower : higher));
        }
        Map<String, LayerFlag> flags = new LinkedHashMap<>();
        settings.forEach((key, setting) -> flags.put(key, layerFlag(setting, now)));
        boolean complete = source.isListComplete() && origins.stream().anyMatch(o -> o.hasList);
        return new EnvReading(settings, flags, complete, List.copyOf(problems));
    }

    /** Whether both readings say the same of every flag, whenever they were made. */
    boolean sameAs(EnvReading other) {
        return settings.equals(other.settings) && complete == other.complete && problems.equals(other.problems);
    }

    private static LayerFlag layerFlag(EnvSetting setting, Instant now) {
        return setting.override()
                .map(LayerFlag::overridden)
                .orElseGet(
                        () -> LayerFlag.killed(new KillLatch(now, "env", "set by " + setting.name(), false, Map.of())));
    }

    /** The settings of one place where variables come from. */
    private static final class Origin {
        private final Map<String, EnvSetting> settings = new LinkedHashMap<>();
        private final List<Problem> problems;
        private boolean hasList;

        private Origin(List<Problem> problems) {
            this.problems = problems;
        }

        static Origin ofProperties(EnvSourceBuilder source, List<Problem> problems) {
            Origin origin = new Origin(problems);
            EnvNames names = source.names();
            Properties properties = source.currentSystemProperties();
            for (String name : properties.stringPropertyNames()) {
                String value = properties.getProperty(name, "");
                names.keyOfProperty(name).ifPresent(key -> origin.set(name, key, value));
            }
            return origin;
        }

        static Origin ofVariables(EnvSourceBuilder source, Map<String, String> variables, List<Problem> problems) {
            Origin origin = new Origin(problems);
            EnvNames names = source.names();
            // sorted, so that what is reported does not depend on a hash map's order
            new TreeMap<>(variables).forEach((name, value) -> {
                if (name.equals(source.listVariable())) {
                    origin.setListed(name, value);
                } else {
                    names.keyOfVariable(name).ifPresent(key -> origin.set(name, key, value));
                }
            });
            return origin;
        }

        private void setListed(String name, String list) {
            hasList = true;
            for (String item : list.split(",", -1)) {
                String listed = item.strip();
                if (!listed.isEmpty()) {
                    boolean asVariable = listed.equals(listed.toUpperCase(Locale.ROOT));
                    keep(asVariable ? EnvNames.keyOf(listed) : listed, EnvSetting.on(name));
                }
            }
        }

        private void set(String name, String key, String value) {
            if (value.isBlank()) {
                return; // an empty variable is an unset one
            }
            try {
                keep(key, EnvSetting.parse(name, value));
            } catch (InvalidFlagException e) {
                problems.addAll(e.problems());
            }
        }

        private void keep(String key, EnvSetting setting) {
            Optional<String> wrong = FlagKeys.problemWith(key);
            if (wrong.isPresent()) {
                problems.add(new Problem(setting.name(), "names a flag whose key is not valid: it " + wrong.get()));
                return;
            }
            EnvSetting known = settings.putIfAbsent(key, setting);
            if (known == null || known.agreesWith(setting)) {
                return;
            }
            EnvSetting lower = setting.exposure() < known.exposure() ? setting : known;
            settings.put(key, lower);
            problems.add(new Problem(
                    setting.name(),
                    "contradicts " + known.name() + " about the flag '" + key + "'; the lower exposure counts, that of "
                            + lower.name()));
        }
    }
}
