package dev.flags.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {
            "Print a completion script.",
            "bash, zsh: source <(flags completion bash); fish: flags completion fish | source"
        })
final class CompletionCommand extends Verb {
    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish")
    String kind = "";

    CompletionCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        CommandLine all = Verbs.commandLine(session, Verbs.ALL);
        switch (kind.toLowerCase(Locale.ROOT)) {
            // picocli's script turns on zsh's own emulation when zsh runs it
            case "bash", "zsh" -> session.shell.out.print(AutoComplete.bash("flags", all));
            case "fish" -> session.shell.out.print(fish(all));
            default -> throw new UsageException("'" + kind + "' is none of bash, zsh, fish");
        }
        session.shell.out.flush();
        return ExitCode.DONE;
    }

    private static String fish(CommandLine all) {
        StringBuilder script = new StringBuilder("# fish completion for flags\ncomplete -c flags -f\n");
        options(script, "", all.getCommandSpec(), true);
        for (Map.Entry<String, CommandLine> verb : all.getSubcommands().entrySet()) {
            script.append(line(
                    "__fish_use_subcommand",
                    "-a " + verb.getKey(),
                    verb.getValue().getCommandSpec()));
            String seen = "__fish_seen_subcommand_from " + verb.getKey();
            Map<String, CommandLine> beneath = verb.getValue().getSubcommands();
            for (Map.Entry<String, CommandLine> second : beneath.entrySet()) {
                String none = seen + "; and not __fish_seen_subcommand_from " + String.join(" ", beneath.keySet());
                script.append(
                        line(none, "-a " + second.getKey(), second.getValue().getCommandSpec()));
                options(
                        script,
                        seen + "; and __fish_seen_subcommand_from " + second.getKey(),
                        second.getValue().getCommandSpec(),
                        false);
            }
            options(script, seen, verb.getValue().getCommandSpec(), false);
        }
        return script.toString();
    }

    private static void options(StringBuilder script, String condition, CommandSpec spec, boolean inherited) {
        for (OptionSpec option : spec.options()) {
            if (option.inherited() != inherited && !inherited) {
                continue;
            }
            StringBuilder names = new StringBuilder();
            for (String name : option.names()) {
                names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            if (option.arity().max() > 0) {
                names.append(names.indexOf("file") >= 0 ? " -r -F" : " -r");
            }
            script.append("complete -c flags");
            if (!condition.isEmpty()) {
                script.append(" -n '").append(condition).append('\'');
            }
            script.append(names)
                    .append(" -d ")
                    .append(quoted(List.of(option.description())))
                    .append('\n');
        }
    }

    private static String line(String condition, String what, CommandSpec spec) {
        return "complete -c flags -n '" + condition + "' " + what + " -d "
                + quoted(List.of(spec.usageMessage().description())) + "\n";
    }

    private static String quoted(List<String> description) {
        String first = description.isEmpty() ? "" : description.get(0).replace("%%", "%");
        return "'" + first.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
