package dev.flags.cli;

import java.util.List;
import picocli.CommandLine.Command;

@Command(name = "version", description = "Print the version.")
final class VersionCommand extends Verb {
    VersionCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        String version = version();
        String java = System.getProperty("java.version", "");
        session.print(
                Tree.versioned().put("version", version).put("java", java),
                List.of(version),
                () -> "flags " + version + " (Java " + java + ")\n");
        return ExitCode.DONE;
    }

    /** From the jar's manifest. */
    static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
