package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"b\":{\"c\":[1,2,{\"d\":null,\"e\":[]}],\"f\":{}},\"g\":[[1,[2]],[]]}",
                "{\"on\":true,\"off\":\"off\",\"y\":\"no\",\"n\":\"null\",\"t\":\"true\"}",
                "{\"s\":[\"\",\" a\",\"a \",\"a: b\",\"a #b\",\"- a\",\"1\",\"1e3\",\"0x1\",\"2026-01-01\",\"a\\nb\",\"é🙂\",\"\\u202e\",\"~\",\"'\",\"\\\"\"]}",
                "{\"x: y\":1,\"{\":2,\"\":3,\"é\":4}",
                "[]",
                "{}",
                "{\"n\":12.5,\"m\":-1,\"big\":12345678901234567890}"
            })
    void whatIsWrittenIsReadBackTheSame(String json) {
        Object tree = Json.parse(json);
        String yaml = new Safe(StandardCharsets.US_ASCII).json(Yaml.write(tree));
        assertThat(Json.parseYaml(yaml)).as(yaml).isEqualTo(tree);
    }
}
