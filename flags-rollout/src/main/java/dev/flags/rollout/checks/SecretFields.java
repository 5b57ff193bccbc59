package dev.flags.rollout.checks;

import dev.flags.model.Fields;
import dev.flags.secrets.SecretException;
import dev.flags.secrets.SecretReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in a document: the field itself, or the same name with {@code Env}, {@code File} or {@code Command} behind it, which says
 * where the secret is. Not thread-safe; confine it to one thread.
 */
final class SecretFields {
    /** What a controller's own logins are in, which nothing in the document names. */
    private static final Set<String> OF_THE_STORE = Set.of(
            "FLAGS_PASSWORD",
            "FLAGS_REDIS_PASSWORD",
            "FLAGS_REDIS_SENTINEL_PASSWORD",
            "FLAGS_STORE_TRUST_STORE_PASSWORD",
            "FLAGS_STORE_KEY_STORE_PASSWORD");

    private final Path directory;
    private final Function<String, @Nullable String> variables;
    private final Set<String> named = new HashSet<>(OF_THE_STORE);
    private boolean foundLiteral;

    /** @param directory what files are relative to, and where commands run */
    SecretFields(Path directory, Function<String, @Nullable String> variables) {
        this.directory = directory;
        this.variables = variables;
    }

    Path directory() {
        return directory;
    }

    /** The variables that hold secrets, also those of the store: programs that the controller runs do not get them. */
    Set<String> variableNames() {
        return Set.copyOf(named);
    }

    /** Whether a secret stands in the document itself. */
    boolean foundLiteral() {
        return foundLiteral;
    }

    void noteLiteral() {
        foundLiteral = true;
    }

    /** The secret called {@code name}, if there is one. */
    Optional<Secret> find(Fields fields, String name) {
        return find(fields, name, name + "Command", true);
    }

    /**
     * The same, where the command has a name of its own.
     *
     * @param secretLiteral whether the value itself, where it is given, is a secret
     */
    Optional<Secret> find(Fields fields, String name, String command, boolean secretLiteral) {
        String whose = fields.at(name).path();
        String literal = fields.text(name);
        String variable = fields.text(name + "Env");
        String inFile = fields.text(name + "File");
        String printed = fields.text(command);
        List<Secret> found = new ArrayList<>();
        if (literal != null) {
            foundLiteral |= secretLiteral;
            found.add(Secret.of(literal));
        }
        if (variable != null) {
            fromVariable(fields, name + "Env", variable).ifPresent(found::add);
        }
        if (inFile != null) {
            fromFile(fields, whose, name + "File", inFile).ifPresent(found::add);
        }
        if (printed != null) {
            found.add(Secret.printedBy(whose, printed, directory));
        }
        if (found.size() > 1) {
            fields.at(name)
                    .add("is given in several ways; one of " + name + ", " + name + "Env, " + name + "File and "
                            + command + " is enough");
        }
        return found.stream().findFirst();
    }

    /** {@code bearerToken…}, or {@code user} and {@code password…}. */
    Optional<Http.Login> login(Fields fields) {
        Optional<Secret> token = find(fields, "bearerToken");
        Optional<String> user = Optional.ofNullable(fields.text("user"));
        Optional<Secret> password = find(fields, "password");
        if (user.isPresent() && token.isPresent()) {
            fields.at("bearerToken").add("and user exclude each other");
        }
        if (user.isPresent() != password.isPresent()) {
            fields.at("user").add("and password need each other");
        }
        return token.map(secret -> new Http.Login(Optional.empty(), secret))
                .or(() -> password.map(secret -> new Http.Login(user, secret)));
    }

    private Optional<Secret> fromVariable(Fields fields, String field, String variable) {
        named.add(variable);
        String value = variables.apply(variable);
        if (value == null || value.isBlank()) {
            fields.at(field).add("names the variable " + Plain.line(variable, 100) + ", which is not set");
            return Optional.empty();
        }
        return Optional.of(Secret.of(value.strip()));
    }

    /** Read once now, so that a mistake shows at the start and not at the first check. */
    private Optional<Secret> fromFile(Fields fields, String whose, String field, String text) {
        try {
            Path file = directory.resolve(text);
            SecretReader.fromFile(whose, file);
            return Optional.of(Secret.inFile(whose, file));
        } catch (SecretException | InvalidPathException e) {
            fields.at(field).add(String.valueOf(e.getMessage()).replace(whose + ": ", ""));
            return Optional.empty();
        }
    }
}
