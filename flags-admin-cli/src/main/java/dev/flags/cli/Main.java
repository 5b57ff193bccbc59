package dev.flags.cli;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The {@code flags} command. */
public final class Main {
    private Main() {}

    /** Runs one verb and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(run(Shell.ofProcess(), args));
    }

    /** Runs one verb and answers its exit code. */
    static int run(Shell shell, String... args) {
        Session session = new Session(shell);
        CommandLine line = Verbs.commandLine(session, Verbs.namedIn(args));
        Failures failures = new Failures(session);
        line.setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .setOut(shell.writer(shell.out))
                .setErr(shell.writer(shell.err))
                .setColorScheme(CommandLine.Help.defaultColorScheme(shell.colour ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(100)
                // a flag's key or a reason may begin with @, and is no file to read arguments from
                .setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(false);
        try {
            int code = line.execute(args);
            shell.out.flush();
            return shell.out.checkError() && code == ExitCode.DONE ? ExitCode.FAILED : code;
        } finally {
            session.close();
            shell.err.flush();
        }
    }
}
