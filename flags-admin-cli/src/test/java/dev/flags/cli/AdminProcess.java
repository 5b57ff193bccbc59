package dev.flags.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;

/**
 * One of several administrators who edit and kill at once, in a JVM of its own: runs verbs one after the other, waits for a line on
 * standard input to begin, and prints how many commits were acknowledged.
 */
final class AdminProcess {
    static final int ROUNDS = 5;

    private final Shell shell = new Shell(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            System.err,
            System.getenv(),
            Path.of("").toAbsolutePath(),
            false,
            StandardCharsets.UTF_8,
            Clock.systemUTC());
    private int acknowledged;

    private AdminProcess() {}

    /** Argument: which of them this is. */
    public static void main(String[] args) throws Exception {
        String me = args[0];
        AdminProcess process = new AdminProcess();
        process.insist("list");
        System.out.println("ready");
        if (System.in.read() < 0) {
            return;
        }
        for (int round = 0; round < ROUNDS; round++) {
            // of the flag that all edit, a change of others in between is a conflict, and tried again
            process.commit("target", "shared", "--on", "user-" + me + "-" + round, "--reason", "round " + round);
            process.commit("set", "of-" + me, round + 1 + "%");
        }
        process.commit("kill", "of-" + me, "--reason", "the end");
        System.out.println("acknowledged " + process.acknowledged);
    }

    private void commit(String... verb) {
        insist(verb);
        acknowledged++;
    }

    private void insist(String... verb) {
        int code = Main.run(shell, verb);
        // Also when others came first for too long, as where eight processes have one processor. Each verb says how it
        // is to be and writes nothing when it is so, so an answer that was lost is not counted twice.
        for (int late = 0; code == ExitCode.CONFLICT || (code == ExitCode.STORE_NOT_REACHABLE && late < 5); ) {
            late += code == ExitCode.CONFLICT ? 0 : 1;
            code = Main.run(shell, verb);
        }
        if (code != ExitCode.DONE) {
            System.err.println(String.join(" ", verb) + " ended with " + code);
            System.exit(code);
        }
    }
}
