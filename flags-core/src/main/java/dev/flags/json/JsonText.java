package dev.flags.json;

import java.io.Writer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** JSON by Jackson's streaming parser and generator. */
final class JsonText implements TextFormat {
    /**
     * Sizes and depth are checked by {@link Json} and {@link ValueReader}, which say so in words of their own; the numbers here
     * stand behind them.
     */
    static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(Json.MAX_DEPTH + 8)
            .maxNumberLength(ValueReader.MAX_NUMBER_LENGTH)
            .maxStringLength(Json.MAX_FILE_BYTES)
            .build();

    static final TextFormat FORMAT = new JsonText(ObjectWriteContext.empty());
    static final TextFormat PRETTY = new JsonText(new PrettyContext());

    private static final TokenStreamFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(LIMITS)
            .streamWriteConstraints(StreamWriteConstraints.builder()
                    .maxNestingDepth(4 * Json.MAX_DEPTH)
                    .build())
            .build();

    private final ObjectWriteContext context;

    private JsonText(ObjectWriteContext context) {
        this.context = context;
    }

    @Override
    public String name() {
        return "JSON";
    }

    @Override
    public JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    @Override
    public JsonGenerator generator(Writer to) {
        return FACTORY.createGenerator(context, to);
    }

    @Override
    public boolean isReference(JsonParser parser) {
        return false;
    }

    private static final class PrettyContext extends ObjectWriteContext.Base {
        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }

        @Override
        public @Nullable PrettyPrinter getPrettyPrinter() {
            // a printer counts its own depth, so each document has one; the line feed is the same on every system
            DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
            return new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        }
    }
}
