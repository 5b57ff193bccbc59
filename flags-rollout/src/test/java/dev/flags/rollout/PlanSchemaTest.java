package dev.flags.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.flags.json.Json;
import dev.flags.model.InvalidFlagException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What editors are told of plans is what the reader says. */
class PlanSchemaTest {
    private static final Schema SCHEMA = schema();

    @Property(tries = 200)
    void whatIsWrittenIsValid(@ForAll("plans") RolloutPlan plan) {
        assertThat(errors(Json.write(plan.tree()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'stages':[100]}",
                "{'preset':'careful'}",
                "{'$schema':'urn:dev.flags:rollout-plan:1','apiVersion':1,'preset':'runbook','stages':['5:1h30m',99.5]}",
                "{'stages':['10%:15m','50:approval',{'percentage':'60%','bake':'PT15M'},100]}",
                "{'preset':'canary','guards':['a: code X','p99.9>1s','sample-ratio','survivors','latency worse than control']}",
                "{'preset':'canary','guards':[{'rule':'breakers > 10%','name':'b','action':'hold','severity':'low'}]}",
                "{'preset':'canary','advance':['availability > 99%',{'rule':'p95 < 1s','min':1}]}",
                "{'preset':'canary','preconditions':[{'flyway':3},{'column':'t.c','database':'d'},{'flag':'f'}]}",
                "{'preset':'canary','hooks':[{'at':'completed','hook':'h','gate':false}]}",
                "{'preset':'canary','stepBack':{},'missing':{},'holdBack':'1%','soak':'0s'}",
            })
    void shortFormsAreValidAndAreRead(String document) {
        String json = document.replace('\'', '"');

        assertThat(errors(json)).isEmpty();
        assertThat(RolloutPlan.read("plan.json", json)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "{'stages':[]}",
                "{'stages':'10,100'}",
                "{'stages':[0]}",
                "{'stages':[101]}",
                "{'stages':['ten']}",
                "{'stages':['10:15']}",
                "{'stages':['10:15m:yes',100]}",
                "{'stages':[{'bake':'15m'}]}",
                "{'stages':[{'percentage':10,'baek':'15m'},100]}",
                "{'stages':[true]}",
                "{'preset':'bold'}",
                "{'preset':'canary','apiVersion':2}",
                "{'preset':'canary','stage':[10]}",
                "{'preset':'canary','defaultGuards':'no'}",
                "{'preset':'canary','guards':['errors > 5%']}",
                "{'preset':'canary','guards':['error-rate < 5%']}",
                "{'preset':'canary','guards':[{'name':'x'}]}",
                "{'preset':'canary','guards':[{'rule':'breakers > 10%','action':'panic'}]}",
                "{'preset':'canary','guards':[{'rule':'breakers > 10%','name':'a b'}]}",
                "{'preset':'canary','guards':[{'rule':'error-rate > 5%','min':0}]}",
                "{'preset':'canary','guards':[7]}",
                "{'preset':'canary','advance':['error-rate > 1%']}",
                "{'preset':'canary','advance':[{'rule':'p95 < 1s','action':'hold'}]}",
                "{'preset':'canary','preconditions':[{}]}",
                "{'preset':'canary','preconditions':[{'table':'t','column':'t.c'}]}",
                "{'preset':'canary','preconditions':[{'column':'c'}]}",
                "{'preset':'canary','preconditions':[{'flyway':1.1}]}",
                "{'preset':'canary','preconditions':[{'query':'a b'}]}",
                "{'preset':'canary','preconditions':[{'query':'q','database':'d'}]}",
                "{'preset':'canary','preconditions':[{'flag':'f','is':'maybe'}]}",
                "{'preset':'canary','hooks':[{'at':'later','hook':'h'}]}",
                "{'preset':'canary','hooks':[{'at':'start'}]}",
                "{'preset':'canary','hooks':[{'at':'rolled-back','hook':'h','gate':true}]}",
                "{'preset':'canary','stepBack':{'levels':'50,0'}}",
                "{'preset':'canary','stepBack':{'bake':5}}",
                "{'preset':'canary','holdBack':101}",
                "{'preset':'canary','soak':'soon'}",
                "{'preset':'canary','missing':{'action':'notify'}}",
            })
    void whatIsNotValidIsRefusedByTheSchemaAndByTheReader(String document) {
        String json = document.replace('\'', '"');

        assertThat(errors(json)).isNotEmpty();
        assertThatExceptionOfType(InvalidFlagException.class).isThrownBy(() -> RolloutPlan.read("plan.json", json));
    }

    @Provide
    Arbitrary<RolloutPlan> plans() {
        return Arbitraries.randomValue(random -> new AnyPlan(random).plan());
    }

    private static List<Error> errors(String json) {
        return SCHEMA.validate(json, InputFormat.JSON);
    }

    private static Schema schema() {
        try (InputStream in = RolloutPlan.class.getResourceAsStream("/dev/flags/rollout/plan.schema.json")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
