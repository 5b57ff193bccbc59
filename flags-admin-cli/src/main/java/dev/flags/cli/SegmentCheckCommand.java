package dev.flags.cli;

import dev.flags.EvaluationContext;
import dev.flags.EvaluationContextBuilder;
import dev.flags.evaluation.AttributeReader;
import dev.flags.evaluation.SegmentMembership;
import dev.flags.json.Json;
import dev.flags.store.FlagStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "check", description = "Who belongs to a segment, and why.")
final class SegmentCheckCommand extends Verb {
    private static final int AT_ONCE = 500;

    @Parameters(index = "0", paramLabel = "NAME", description = "the segment")
    String name = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "USER",
            description = "targeting keys; - reads them from standard input, one a line")
    List<String> users = List.of();

    @Option(
            names = {"-c", "--context"},
            paramLabel = "NAME=VALUE",
            description =
                    "an attribute, for the segment's rules; JSON where it is valid JSON, and otherwise a string; may be repeated")
    Map<String, String> attributes = new LinkedHashMap<>();

    SegmentCheckCommand(Session session) {
        super(session);
    }

    /** One user's answer. */
    private record Checked(String user, SegmentMembership membership) {
        String member() {
            return membership.known().name().toLowerCase(Locale.ROOT);
        }

        String by() {
            return membership.by().name().toLowerCase(Locale.ROOT);
        }

        Map<String, Object> tree() {
            @Nullable
            Object member = switch (membership.known()) {
                case YES -> true;
                case NO -> false;
                case UNKNOWN -> null;
            };
            return new Tree()
                    .put("user", user)
                    .put("member", member)
                    .put("by", by())
                    .map();
        }
    }

    @Override
    public Integer call() throws IOException {
        if (users.isEmpty()) {
            throw new UsageException("name users, or - to read them from standard input");
        }
        try (FlagStore store = session.open()) {
            SegmentView.find(store, name);
            StoreSnapshot snapshot = StoreSnapshot.of(store);
            if (users.equals(List.of("-"))) {
                fromStandardInput(snapshot);
            } else {
                print(check(snapshot, users));
            }
        }
        return ExitCode.DONE;
    }

    private List<Checked> check(StoreSnapshot snapshot, List<String> some) {
        snapshot.lookUp(some);
        List<Checked> checked = new ArrayList<>();
        for (String user : some) {
            EvaluationContextBuilder context = EvaluationContext.builder(user);
            attributes.forEach((attribute, value) -> context.attribute(attribute, EvalCommand.valueOf(value)));
            EvaluationContext subject = context.build();
            snapshot.compiled()
                    .membership(name, user, subject, AttributeReader.OF_CONTEXT)
                    .ifPresent(membership -> checked.add(new Checked(user, membership)));
        }
        return checked;
    }

    private void print(List<Checked> checked) {
        Table table = new Table(session.shell, "USER", "MEMBER", "BY");
        checked.forEach(one -> table.row(one.user(), one.member(), one.by()));
        session.print(
                Tree.versioned().put("segment", name).put("checks", (Object)
                        checked.stream().map(Checked::tree).toList()),
                checked.stream()
                        .filter(one -> one.member().equals("yes"))
                        .map(Checked::user)
                        .toList(),
                table::toString);
    }

    /** A filter for data, which may see millions of lines: one answer a line, some hundred users at once. */
    private void fromStandardInput(StoreSnapshot snapshot) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(session.shell.in, StandardCharsets.UTF_8));
        List<String> some = new ArrayList<>(AT_ONCE);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (!line.isBlank()) {
                some.add(line.strip());
            }
            if (some.size() == AT_ONCE) {
                printLines(check(snapshot, some));
                some.clear();
            }
        }
        printLines(check(snapshot, some));
        session.shell.out.flush();
    }

    private void printLines(List<Checked> checked) {
        for (Checked one : checked) {
            switch (session.format()) {
                case TABLE ->
                    session.shell.print(session.shell.safe.line(one.user()) + "\t" + one.member() + "\t" + one.by());
                case NAME -> {
                    if (one.member().equals("yes")) {
                        session.shell.print(session.shell.safe.line(one.user()));
                    }
                }
                case JSON, YAML ->
                    session.shell.print(session.shell.safe.json(Json.write(Tree.versioned()
                            .put("segment", name)
                            .putAll(one.tree())
                            .map())));
            }
        }
    }
}
