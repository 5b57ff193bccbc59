package dev.flags.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay free while their server is down.
 *
 * <p>They lie below the range from which systems number outgoing connections (32768 on Linux, 49152 elsewhere), so that none of a
 * test's own connections takes the port of a server which is about to come back; and so that adding 10,000, where a cluster's bus
 * listens, stays below it as well. A port is given once in a JVM, and never to two JVMs at a time: a server of another test would
 * otherwise take it while its own is down, or between this answer and its start.
 */
final class Ports {

    private static final int FIRST = 15_000;
    private static final int END = 22_000;
    private static final int BUS = 10_000;

    /** A file of which each byte stands for a port; whoever holds a lock on it has the port. The kernel ends all with the JVM. */
    private static final Optional<FileChannel> SHARED = shared();

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** A port of the loopback on which nobody listens, and on whose bus port nobody does. */
    static int free() {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && isFree(port + BUS) && isMine(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + END);
    }

    private static boolean isMine(int port) {
        if (!GIVEN.add(port)) {
            return false;
        }
        try {
            return SHARED.isEmpty() || SHARED.get().tryLock(port, 1, false) != null;
        } catch (IOException e) {
            // a file system without locks
            return true;
        }
    }

    private static Optional<FileChannel> shared() {
        String name = "flags-test-ports-" + System.getProperty("user.name");
        try {
            return Optional.of(FileChannel.open(
                    Path.of(System.getProperty("java.io.tmpdir"), name),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (java.net.BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
