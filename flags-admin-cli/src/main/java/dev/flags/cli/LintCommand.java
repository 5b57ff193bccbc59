package dev.flags.cli;

import dev.flags.model.FlagFile;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "lint", description = "Check a flag file without any store: every problem, each with its path.")
final class LintCommand extends Verb {
    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "a JSON or YAML flag file; - reads standard input")
    String file = "";

    LintCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        FlagFiles.Text text = FlagFiles.read(session.shell, file);
        List<Problem> problems = new ArrayList<>();
        int flags = 0;
        try {
            FlagFile.Parsed parsed = text.parseLeniently();
            problems.addAll(parsed.problems());
            flags = parsed.good().flags().size() + parsed.malformedKeys().size();
            // what only shows when the flags are put together: unknown segments, cycles, patterns
            problems.addAll(StoreSnapshot.of(parsed.good()).problems());
        } catch (InvalidFlagException e) {
            problems.addAll(e.problems());
        }
        int count = flags;
        List<Map<String, Object>> trees = problems.stream()
                .map(p -> new Tree()
                        .put("path", p.path())
                        .put("message", p.message())
                        .map())
                .toList();
        session.print(
                Tree.versioned()
                        .put("file", text.name())
                        .put("flags", (long) count)
                        .put("valid", problems.isEmpty())
                        .put("problems", (Object) trees),
                problems.stream().map(Problem::path).toList(),
                () -> {
                    StringBuilder lines = new StringBuilder();
                    problems.forEach(
                            problem -> lines.append(safe(problem.toString())).append('\n'));
                    return lines.toString();
                });
        session.shell.say(
                problems.isEmpty()
                        ? text.name() + ": " + count + (count == 1 ? " flag" : " flags") + ", no problem"
                        : text.name() + ": " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        return problems.isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
