package dev.flags.json;

import java.io.Writer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** YAML 1.2 by Jackson's streaming parser and generator. A class of its own, so that YAML is loaded by those who use it. */
final class YamlText implements TextFormat {
    static final TextFormat FORMAT = new YamlText();

    private static final TokenStreamFactory FACTORY = YAMLFactory.builder()
            .streamReadConstraints(JsonText.LIMITS)
            .loadSettings(LoadSettings.builder()
                    .setCodePointLimit(Json.MAX_FILE_BYTES)
                    .build())
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .build();

    private YamlText() {}

    @Override
    public String name() {
        return "YAML";
    }

    @Override
    public JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    @Override
    public JsonGenerator generator(Writer to) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), to);
    }

    @Override
    public boolean isReference(JsonParser parser) {
        return ((YAMLParser) parser).isCurrentAlias();
    }
}
