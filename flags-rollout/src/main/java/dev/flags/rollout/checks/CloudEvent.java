package dev.flags.rollout.checks;

import dev.flags.json.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A call as a <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents 1.0</a> event in JSON. */
final class CloudEvent {
    static final String CONTENT_TYPE = "application/cloudevents+json; charset=utf-8";
    private static final String TYPE_PREFIX = "dev.flags.rollout.";

    private CloudEvent() {}

    static String json(Hooks.Call call) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("environment", call.environment());
        data.put("flag", call.flag());
        data.put("run", call.run());
        data.put("actor", call.actor());
        data.put("from", call.from().toBigDecimal());
        data.put("to", call.to().toBigDecimal());
        data.put("why", call.why());
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("specversion", "1.0");
        event.put("id", call.id());
        event.put("source", "/flags/" + URLEncoder.encode(call.environment(), StandardCharsets.UTF_8));
        event.put("type", TYPE_PREFIX + call.event().text());
        event.put("subject", call.flag());
        event.put("time", call.at().toString());
        event.put("datacontenttype", "application/json");
        event.put("data", data);
        return Json.write(event);
    }
}
