package dev.flags.store.tck;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another process on a store that processes share. */
final class StoreProcess {
    private StoreProcess() {}

    /**
     * Starts one in a small JVM with this class path.
     *
     * @param main gets the store's opener, its location, the environment, and the arguments
     */
    static Process start(Class<?> main, StoreFixture.SharedStore shared, String environment, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                shared.opener().getName(),
                shared.location(),
                environment));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
