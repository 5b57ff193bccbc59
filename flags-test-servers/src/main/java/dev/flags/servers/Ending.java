package dev.flags.servers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Closes at the JVM's end whatever a test has not. */
final class Ending {

    private static final Set<AutoCloseable> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(Ending::closeAll, "test-servers-end"));
    }

    private Ending() {}

    static void with(AutoCloseable server) {
        OPEN.add(server);
    }

    static void without(AutoCloseable server) {
        OPEN.remove(server);
    }

    private static void closeAll() {
        OPEN.parallelStream().forEach(server -> {
            try {
                server.close();
            } catch (Exception e) {
                System.err.println("[test servers] " + server + " did not end: " + e);
            }
        });
    }
}
