package dev.flags.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay free while their server is down.
 *
 * <p>They lie below the range from which systems number outgoing connections (32768 on Linux, 49152 elsewhere), so that none of a
 * test's own connections takes the port of a server which is about to come back; and so that adding 10,000, where a cluster's bus
 * listens, stays below it as well.
 */
final class Ports {

    private static final int FIRST = 15_000;
    private static final int END = 22_000;
    private static final int BUS = 10_000;

    private Ports() {}

    /** A port of the loopback on which nobody listens, and on whose bus port nobody does. */
    static int free() {
        for (int tries = 0; tries < 1_000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port) && isFree(port + BUS)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + END);
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
