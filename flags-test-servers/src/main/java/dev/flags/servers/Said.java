package dev.flags.servers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What the run says about its servers: each line once in a JVM, on standard output. */
final class Said {

    private static final Set<String> LINES = ConcurrentHashMap.newKeySet();

    private Said() {}

    static void once(String line) {
        if (LINES.add(line)) {
            System.out.println("[test servers] " + line);
        }
    }
}
