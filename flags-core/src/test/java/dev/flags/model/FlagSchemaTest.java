package dev.flags.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.flags.model.FlagFile.Format;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlagSchemaTest {
    private static final Schema SCHEMA = schema();

    @Property(tries = 200)
    void whatIsWrittenIsValid(@ForAll("flags") AnyFlag any) {
        FlagDefinition flag = any.definition();
        FlagFile file = new FlagFile(List.of(flag), List.of(any.segment()), Map.of(flag.key(), any.kill()));

        assertThat(errors(FlagJson.write(flag))).isEmpty();
        assertThat(errors(file.write(Format.JSON))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'key':'a'}",
                "{'$schema':'urn:dev.flags:schema:1','flags':[]}",
                "{'flags':{'a':{},'b':{'percentage':12.5}}}",
                "{'flags':{'a':{'variants':{'x':[],'y':{}},'offVariant':'y'}}}",
                "{'kills':{'a':{}}}",
                "{'segments':{'s':{'rules':[[{'attribute':'x','operator':'in','value':1}]]}}}",
                "{'segments':{'s':{'rules':[[{'segment':'t'}]]}}}",
                "{'key':'a','rules':[{'id':'r','conditions':[{'attribute':'x','operator':'exists'}],'variant':'on'}]}"
            })
    void shortFormsAreValidAndAreRead(String document) {
        String json = document.replace('\'', '"');

        assertThat(errors(json)).isEmpty();
        if (json.startsWith("{\"key")) {
            assertThat(FlagJson.definition("#", json)).isNotNull();
        } else {
            assertThat(FlagFile.parse("f", json, Format.JSON)).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{'key':'a b'}",
                "{'key':''}",
                "{'key':'a','schema':2}",
                "{'key':'a','type':'other'}",
                "{'key':'a','enabled':'yes'}",
                "{'key':'a','expires':'soon'}",
                "{'key':'a','tags':['x','x']}",
                "{'key':'a','percentage':101}",
                "{'key':'a','percentage':-0.001}",
                "{'key':'a','percentage':'10%'}",
                "{'key':'a','variants':{}}",
                "{'key':'a','variants':{'on':true,'off':0}}",
                "{'key':'a','variants':{'off':null}}",
                "{'key':'a','variants':{'x':1,'y':2}}",
                "{'key':'a','split':[]}",
                "{'key':'a','split':[{'variant':'on','weight':0}]}",
                "{'key':'a','split':{'on':1}}",
                "{'key':'a','salt':''}",
                "{'key':'a','prerequisites':[{}]}",
                "{'key':'a','targets':[{'keys':['u']}]}",
                "{'key':'a','targets':[{'variant':'on','keys':['u','u']}]}",
                "{'key':'a','rules':[{'conditions':[{'segment':'s'}],'variant':'on'}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[],'variant':'on'}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[{'segment':'s'}]}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[{'segment':'s'}],'variant':'on',"
                        + "'split':[{'variant':'on','weight':1}]}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[{}],'variant':'on'}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[{'attribute':'x','segment':'s','operator':'exists'}],"
                        + "'variant':'on'}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[{'attribute':'x','operator':'in','values':[]}],'variant':'on'}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[{'attribute':'x','operator':'in'}],'variant':'on'}]}",
                "{'key':'a','rules':[{'id':'r','conditions':[{'attribute':'x','operator':'in','values':[{}]}],"
                        + "'variant':'on'}]}",
                "{'flags':'a'}",
                "{'flags':[{}]}",
                "{'flags':{'a b':{}}}",
                "{'flags':[],'kills':[]}",
                "{'flags':[],'kills':{'a':true}}",
                "{'segments':[{}]}",
                "{'segments':[{'name':'s','rules':[[{'percentage':10}]]}]}"
            })
    void whatIsNotValidIsRefusedByTheSchemaAndByTheReader(String document) {
        String json = document.replace('\'', '"');

        assertThat(errors(json)).isNotEmpty();
        assertThatExceptionOfType(InvalidFlagException.class).isThrownBy(() -> {
            if (json.startsWith("{\"flags") || json.startsWith("{\"seg")) {
                FlagFile.parse("f", json, Format.JSON);
            } else {
                FlagJson.definition("#", json);
            }
        });
    }

    @Provide
    Arbitrary<AnyFlag> flags() {
        return Arbitraries.randomValue(AnyFlag::new);
    }

    private static List<Error> errors(String json) {
        return SCHEMA.validate(json, InputFormat.JSON);
    }

    private static Schema schema() {
        try (InputStream in = FlagDefinition.class.getResourceAsStream("/dev/flags/flag.schema.json")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
