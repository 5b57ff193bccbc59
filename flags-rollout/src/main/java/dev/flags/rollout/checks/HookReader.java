package dev.flags.rollout.checks;

import dev.flags.model.Fields;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the hooks of a controller's file. Not thread-safe; confine it to one thread. */
final class HookReader {
    private final SecretFields secrets;

    HookReader(SecretFields secrets) {
        this.secrets = secrets;
    }

    /** A hook, once there is a client to call by; null, with a problem noted, when it is none. */
    @Nullable
    Function<Http, Hook> hook(String name, Fields fields) {
        if (fields.has("command") == fields.has("webhook")) {
            fields.take("command");
            fields.take("webhook");
            fields.problems().add("must have either a command or a webhook");
            return null;
        }
        return fields.has("command") ? command(name, fields) : webhook(name, fields);
    }

    private @Nullable Function<Http, Hook> command(String name, Fields fields) {
        List<@Nullable Object> words = fields.list("command");
        Duration timeout = Durations.read(fields, CommandHook.TIMEOUT);
        boolean texts = words.stream().allMatch(word -> word instanceof String text && text.indexOf('\0') < 0);
        if (words.isEmpty() || !texts) {
            fields.at("command").add("must be a list of texts, the program first; there is no shell");
            return null;
        }
        List<String> command = words.stream().map(String::valueOf).toList();
        return http -> new CommandHook(name, command, secrets.directory(), secrets.variableNames(), timeout);
    }

    private @Nullable Function<Http, Hook> webhook(String name, Fields outer) {
        Fields fields = Fields.of(outer.take("webhook"), outer.at("webhook"));
        if (fields == null) {
            return null;
        }
        Webhook.Format format = fields.parsed("format", "cloudevents or slack", HookReader::format);
        boolean readable = fields.has("url") || fields.has("urlEnv");
        boolean given = readable || fields.has("urlFile") || fields.has("urlCommand");
        // whoever has the URL of a chat's webhook can write there
        Optional<Secret> url = secrets.find(fields, "url", "urlCommand", format == Webhook.Format.SLACK);
        Optional<Secret> secret = secrets.find(fields, "secret");
        Optional<Http.Login> login = secrets.login(fields);
        Duration timeout = Durations.read(fields, Webhook.TIMEOUT);
        fields.refuseRest();
        if (!given) {
            fields.at("url").add("is required");
        } else if (readable
                && url.isPresent()
                && WebAddress.parse(url.get().reveal()).isEmpty()) {
            fields.at("url").add("must be an http or https URL without a login");
        }
        if (url.isEmpty()) {
            return null;
        }
        Webhook.Format form = format == null ? Webhook.Format.CLOUDEVENTS : format;
        return http -> new Webhook(name, http, url.get(), form, secret, login, timeout, Clock.systemUTC());
    }

    private static Webhook.Format format(String text) {
        return switch (text) {
            case "cloudevents" -> Webhook.Format.CLOUDEVENTS;
            case "slack" -> Webhook.Format.SLACK;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
