package dev.flags.env;

import dev.flags.model.FlagKeys;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.source.FlagOverride;
import java.util.Locale;
import java.util.Optional;

/**
 * What one variable says of one flag.
 *
 * @param name the variable, for messages
 * @param kill whether it kills the flag
 * @param override what it sets otherwise; empty when it kills
 */
record EnvSetting(String name, boolean kill, Optional<FlagOverride> override) {

    /**
     * @throws InvalidFlagException with the variable's name and without its value, which may be a secret that was put into the
     *     wrong variable
     */
    static EnvSetting parse(String name, String value) {
        String text = value.strip();
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "kill" -> new EnvSetting(name, true, Optional.empty());
            case "true", "on", "yes", "1" -> on(name);
            case "false", "off", "no", "0" -> new EnvSetting(name, false, Optional.of(new FlagOverride.Off()));
            default -> new EnvSetting(name, false, Optional.of(percentageOrVariant(name, text)));
        };
    }

    static EnvSetting on(String name) {
        return new EnvSetting(name, false, Optional.of(new FlagOverride.AtPercentage(Percentage.FULL)));
    }

    private static FlagOverride percentageOrVariant(String name, String text) {
        if (text.endsWith("%")) {
            try {
                return new FlagOverride.AtPercentage(Percentage.parse(text));
            } catch (InvalidFlagException e) {
                throw new InvalidFlagException(
                        name,
                        "is not a percentage from 0% to 100% with at most three decimals; the variable is ignored");
            }
        }
        boolean number = text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '-');
        if (number || FlagKeys.problemWith(text).isPresent()) {
            throw new InvalidFlagException(
                    name,
                    "must be true, false, a percentage such as 10%, kill, or a variant's name; the variable is ignored");
        }
        return new FlagOverride.ToVariant(text);
    }

    /** How much it exposes, for telling which of two contradictory settings is the lower: -1 is a kill. */
    int exposure() {
        if (override.isEmpty()) {
            return -1;
        }
        FlagOverride to = override.get();
        if (to instanceof FlagOverride.AtPercentage at) {
            return at.percentage().buckets();
        }
        return to instanceof FlagOverride.Off ? 0 : Percentage.BUCKETS;
    }

    /** Whether both say the same of the flag. */
    boolean agreesWith(EnvSetting other) {
        return kill == other.kill && override.equals(other.override);
    }
}
