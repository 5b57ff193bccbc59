package dev.flags.cli;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagDefinitionBuilder;
import dev.flags.model.FlagState;
import dev.flags.model.FlagType;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Percentage;
import dev.flags.model.Split;
import dev.flags.store.FlagStore;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "create",
        description = {
            "Make a flag: enabled, at 0 %% unless told otherwise.",
            "Makes the store too where there is none."
        })
final class CreateCommand extends WriteVerb {
    @Parameters(paramLabel = "KEY", description = "its key: letters, digits, '.', '_' and '-'")
    String key = "";

    @Option(names = "--description", paramLabel = "TEXT", description = "what it is about")
    String description = "";

    @Option(names = "--owner", paramLabel = "WHO", description = "who answers for it")
    String owner = "";

    @Option(names = "--tag", paramLabel = "TAG", split = ",", description = "a tag; may be repeated")
    List<String> tags = List.of();

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = TypeConverter.class,
            description = "release (default), experiment, operational or permission")
    FlagType type = FlagType.RELEASE;

    @Option(
            names = "--expires",
            paramLabel = "DATE",
            converter = Times.DateConverter.class,
            description = "the day from which it is due for removal, as 2026-12-31")
    @Nullable
    LocalDate expires;

    @Option(
            names = "--variant",
            paramLabel = "NAME=JSON",
            description = "a variant and its value; may be repeated; default: on=true and off=false")
    List<String> variants = List.of();

    @Option(
            names = "--off-variant",
            paramLabel = "NAME",
            description = "what those without the treatment get; default: off, or else the first variant given")
    @Nullable
    String offVariant;

    @Option(
            names = "--percent",
            paramLabel = "N",
            converter = PercentageConverter.class,
            description = "start at this percentage")
    Percentage percent = Percentage.ZERO;

    @Option(names = "--disabled", description = "start disabled")
    boolean disabled;

    CreateCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        FlagDefinition definition = definition();
        try (FlagStore store = args.dryRun ? session.openOrImagine() : session.openOrCreate()) {
            FlagState before = store.flag(key);
            if (before.definition().isPresent() || !before.problems().isEmpty()) {
                // somebody was first; FlagAdmin says the same of one who comes between this look and the commit
                return new Failures(session).report(new UsageException(already(before)), ExitCode.CONFLICT, "");
            }
            return write(store, options -> session.admin(store).create(definition, options));
        }
    }

    private String already(FlagState before) {
        boolean archived = before.definition().map(FlagDefinition::archived).orElse(false);
        return archived
                ? "there was a flag " + key + ", and it is archived; 'flags undo " + key + "' brings it back"
                : "there is a flag " + key + " already, at revision " + before.revision()
                        + "; 'flags set', 'enable' and 'apply' change it";
    }

    private FlagDefinition definition() {
        Set<String> tagSet = new LinkedHashSet<>(tags);
        FlagDefinitionBuilder builder = FlagDefinition.builder(key)
                .description(description)
                .owner(owner)
                .tags(tagSet)
                .type(type)
                .expires(expires)
                .percentage(percent)
                .enabled(!disabled);
        Map<String, Object> values = values();
        if (!values.isEmpty()) {
            String off = offVariant != null ? offVariant : off(values);
            List<String> treatments =
                    values.keySet().stream().filter(name -> !name.equals(off)).toList();
            builder.variants(values).offVariant(off);
            if (treatments.size() > 1 && !treatments.contains("on")) {
                builder.split(new Split(
                        treatments.stream().map(name -> new Split.Part(name, 1)).toList()));
            }
        } else if (offVariant != null) {
            builder.offVariant(offVariant);
        }
        try {
            return builder.build();
        } catch (InvalidFlagException e) {
            // it was all typed: wrong usage rather than a malformed file
            throw new UsageException(e.getMessage(), e);
        }
    }

    /** The off variant where none was named: the one called off, or else the first. */
    private String off(Map<String, Object> values) {
        if (values.containsKey("off")) {
            return "off";
        }
        String first = values.keySet().iterator().next();
        session.shell.say("note: those without the treatment get '" + first
                + "', the first variant; --off-variant names another");
        return first;
    }

    private Map<String, Object> values() {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String variant : variants) {
            int equals = variant.indexOf('=');
            if (equals < 1) {
                throw new UsageException(
                        "--variant '" + variant + "': write NAME=JSON, for instance big=\"XL\" or on=true");
            }
            String name = variant.substring(0, equals);
            Object value;
            try {
                value = Json.parse(variant.substring(equals + 1));
            } catch (JsonException e) {
                throw new UsageException(
                        "--variant '" + variant
                                + "': the value is not JSON (a string needs double quotes inside the shell's own): "
                                + e.getMessage(),
                        e);
            }
            if (value == null) {
                throw new UsageException("--variant '" + variant + "': null is no value");
            }
            if (values.put(name, value) != null) {
                throw new UsageException("--variant '" + name + "' is given twice");
            }
        }
        return values;
    }

    static final class TypeConverter implements ITypeConverter<FlagType> {
        @Override
        public FlagType convert(String value) {
            for (FlagType type : FlagType.values()) {
                if (type.id().equals(value.toLowerCase(Locale.ROOT))) {
                    return type;
                }
            }
            throw new TypeConversionException(
                    "'" + value + "' is none of release, experiment, operational, permission");
        }
    }
}
