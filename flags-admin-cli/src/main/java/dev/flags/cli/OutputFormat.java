package dev.flags.cli;

import java.util.Locale;
import picocli.CommandLine;

/** What {@code -o} takes. */
enum OutputFormat {
    TABLE,
    JSON,
    YAML,
    NAME;

    boolean isForPrograms() {
        return this == JSON || this == YAML;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    static final class Converter implements CommandLine.ITypeConverter<OutputFormat> {
        @Override
        public OutputFormat convert(String value) {
            for (OutputFormat format : values()) {
                if (format.toString().equals(value.toLowerCase(Locale.ROOT))) {
                    return format;
                }
            }
            throw new CommandLine.TypeConversionException("'" + value + "' is none of table, json, yaml, name");
        }
    }
}
