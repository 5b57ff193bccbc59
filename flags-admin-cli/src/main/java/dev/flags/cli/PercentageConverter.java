package dev.flags.cli;

import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 25}, {@code 25%}, {@code 12.5%}. */
final class PercentageConverter implements ITypeConverter<Percentage> {
    @Override
    public Percentage convert(String value) {
        return parse(value);
    }

    static Percentage parse(String value) {
        try {
            return Percentage.parse(value);
        } catch (InvalidFlagException e) {
            throw new TypeConversionException(
                    "'" + value + "': a percentage " + e.problems().get(0).message());
        }
    }
}
