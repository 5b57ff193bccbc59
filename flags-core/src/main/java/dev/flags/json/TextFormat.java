package dev.flags.json;

import java.io.Writer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/** A way to write values down. */
interface TextFormat {
    /** For messages. */
    String name();

    JsonParser parser(String text);

    JsonGenerator generator(Writer to);

    /** Whether the token the parser is at stands for a value written elsewhere in the text. */
    boolean isReference(JsonParser parser);
}
