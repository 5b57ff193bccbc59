package dev.flags.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Eight administrators at once, each in a process of its own. */
final class AdminProcesses {
    private static final int COUNT = 8;
    private static final int SECONDS_AT_MOST = 300;

    private AdminProcesses() {}

    /** They edit one flag together and each a flag of its own, and kill; then nothing must be lost. */
    static void nothingIsLost(Cli cli, String environment) throws IOException, InterruptedException {
        Cli there = cli.with("FLAGS_ENVIRONMENT", environment);
        there.done("create", "shared");
        for (int i = 0; i < COUNT; i++) {
            there.done("create", "of-" + i);
        }
        long acknowledged = acknowledged(there);

        assertThat(acknowledged).isEqualTo(COUNT * (2L * AdminProcess.ROUNDS + 1));
        assertThat(there.json("audit", "verify"))
                .containsEntry("intact", true)
                .containsEntry("entries", acknowledged + COUNT + 1);
        String shared = there.json("get", "shared").get("targets").toString();
        for (int i = 0; i < COUNT; i++) {
            for (int round = 0; round < AdminProcess.ROUNDS; round++) {
                assertThat(shared).contains("user-" + i + "-" + round);
            }
            Map<String, Object> own = there.json("get", "of-" + i);
            assertThat(own.get("killed").toString()).contains("the end");
            assertThat(own).containsEntry("percentage", (long) AdminProcess.ROUNDS);
        }
    }

    private static long acknowledged(Cli cli) throws IOException, InterruptedException {
        List<Process> processes = new ArrayList<>();
        Path errors = Files.createTempFile(cli.directory(), "errors", ".txt");
        try {
            for (int i = 0; i < COUNT; i++) {
                processes.add(start(cli, i, errors));
            }
            List<BufferedReader> outputs =
                    processes.stream().map(AdminProcesses::output).toList();
            for (BufferedReader output : outputs) {
                assertThat(output.readLine()).as(Files.readString(errors)).isEqualTo("ready");
            }
            for (Process process : processes) {
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
            }
            long acknowledged = 0;
            for (int i = 0; i < COUNT; i++) {
                assertThat(processes.get(i).waitFor(SECONDS_AT_MOST, TimeUnit.SECONDS))
                        .as("process %s ended in time", i)
                        .isTrue();
                String line = outputs.get(i).readLine();
                assertThat(line).as(Files.readString(errors)).startsWith("acknowledged ");
                acknowledged += Long.parseLong(line.substring("acknowledged ".length()));
            }
            return acknowledged;
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private static Process start(Cli cli, int number, Path errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AdminProcess.class.getName(),
                        Integer.toString(number))
                .directory(cli.directory().toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        builder.environment().clear();
        builder.environment().putAll(cli.variables());
        builder.environment().put("FLAGS_ACTOR", "admin-" + number);
        return builder.start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
