package dev.flags.json;

import com.google.common.base.CharMatcher;
import java.io.Reader;
import java.io.Writer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;
import tools.jackson.dataformat.yaml.util.StringQuotingChecker;

/** YAML 1.2 by Jackson's streaming parser and generator. A class of its own, so that YAML is loaded by those who use it. */
final class YamlText implements TextFormat {
    static final TextFormat FORMAT = new YamlText();

    private static final TokenStreamFactory FACTORY = YAMLFactory.builder()
            .streamReadConstraints(JsonText.LIMITS)
            .loadSettings(LoadSettings.builder()
                    // "True" is a boolean too, as in most other YAML
                    .setSchema(new CoreSchema())
                    .setCodePointLimit(Json.MAX_FILE_BYTES)
                    .build())
            // ValueReader finds duplicates, and says where both are
            .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .stringQuotingChecker(new PlainNames())
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .build();

    private static final CharMatcher PLAIN =
            CharMatcher.inRange('a', 'z').or(CharMatcher.inRange('A', 'Z')).or(CharMatcher.is('_'));

    private YamlText() {}

    @Override
    public String name() {
        return "YAML";
    }

    @Override
    public JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), new WholeCharacters(text));
    }

    @Override
    public JsonGenerator generator(Writer to) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), to);
    }

    @Override
    public boolean isReference(JsonParser parser) {
        return ((YAMLParser) parser).isCurrentAlias();
    }

    /** Leaves only names unquoted that cannot be anything else; values are always quoted. */
    private static final class PlainNames extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean needToQuoteName(String name) {
            return name.isEmpty() || !PLAIN.matchesAllOf(name) || super.needToQuoteName(name);
        }
    }

    /**
     * Never ends a read between the halves of a surrogate pair: snakeyaml-engine 3.0.1 then writes behind the end of its
     * buffer.
     */
    private static final class WholeCharacters extends Reader {
        private final String text;
        private int position;

        WholeCharacters(String text) {
            this.text = text;
        }

        @Override
        public int read(char[] to, int offset, int length) {
            int end = Math.min(text.length(), position + length);
            if (end == position) {
                return length == 0 ? 0 : -1;
            }
            if (end - position > 1 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
                end--;
            }
            text.getChars(position, end, to, offset);
            int count = end - position;
            position = end;
            return count;
        }

        @Override
        public void close() {}
    }
}
