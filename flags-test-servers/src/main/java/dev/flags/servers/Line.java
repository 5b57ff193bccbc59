package dev.flags.servers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A TCP line on the loopback to a server, to be slow, to stall, to be cut with or without a reset. It flows when it is new, and keeps
 * its port whatever is done to it.
 *
 * <p>Safe for use by multiple threads.
 */
public final class Line implements AutoCloseable {

    private enum State {
        FLOWING,
        STALLED,
        REFUSING
    }

    private final String host;
    private final int serverPort;
    private final int port;
    private final Set<LineConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Trap> trap = new AtomicReference<>();
    private final Object lock = new Object();
    private State state = State.FLOWING;
    private @Nullable ServerSocket listening;
    private @Nullable Thread accepting;
    private volatile Duration delay = Duration.ZERO;

    private Line(String host, int serverPort) {
        this.host = host;
        this.serverPort = serverPort;
        this.port = Ports.free();
        listen();
    }

    /** Lays a line to a server, which need not run yet. */
    public static Line to(String host, int port) {
        return new Line(host, port);
    }

    /** Lays a line to a Redis. */
    public static Line to(RedisServer server) {
        return new Line(server.host(), server.port());
    }

    /** {@return the port of 127.0.0.1 on which the line begins} */
    public int port() {
        return port;
    }

    /** {@return how many connections go over it now} */
    public int connectionCount() {
        return connections.size();
    }

    /** Delays everything that is sent, each way, by so much. */
    public void delay(Duration eachWay) {
        delay = eachWay;
    }

    /**
     * Holds back everything from now on; connections stay open, new ones are accepted and hear nothing. A network that is cut without
     * a reset looks like this to both ends, and as there, what was sent meanwhile arrives after {@link #flow} if the ends still wait.
     */
    public void stall() {
        become(State.STALLED);
    }

    /** Lets everything flow again, without delay. */
    public void flow() {
        delay = Duration.ZERO;
        become(State.FLOWING);
        listen();
    }

    /**
     * Forgets all connections there are now: they stay open and never carry anything again, as when a firewall has lost them. New
     * ones flow.
     */
    public void forget() {
        connections.forEach(LineConnection::forget);
    }

    /** Ends all connections there are now with a reset; new ones flow. */
    public void reset() {
        connections.forEach(LineConnection::reset);
    }

    /** Resets all connections and refuses new ones until {@link #flow}. */
    public void refuse() {
        become(State.REFUSING);
        Thread accepted;
        synchronized (lock) {
            close(listening);
            listening = null;
            accepted = accepting;
        }
        // the kernel goes on accepting for the thread that waits, until that has run
        awaitEnd(accepted);
        reset();
    }

    private static void awaitEnd(@Nullable Thread thread) {
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Resets the first connection on which a client sends a text, once.
     *
     * @param text such as {@code COMMIT} or {@code EVALSHA}; it must lie in one piece of what is sent
     * @param delivered whether the server still gets it: then it acts, and its answer is lost
     */
    public void resetOn(String text, boolean delivered) {
        trap.set(new Trap(text, delivered));
    }

    /** {@return whether the text of {@link #resetOn} is still waited for} */
    public boolean isTrapSet() {
        return trap.get() != null;
    }

    @Override
    public void close() {
        refuse();
    }

    /** Returns what a client's bytes spring, if anything, and takes it away. */
    @Nullable
    Trap sprungBy(byte[] bytes, int length) {
        Trap set = trap.get();
        if (set == null
                || !new String(bytes, 0, length, ISO_8859_1).contains(set.text())
                || !trap.compareAndSet(set, null)) {
            return null;
        }
        return set;
    }

    /** Returns when bytes may pass, after the delay. */
    void awaitPassage() throws InterruptedException {
        long millis = delay.toMillis();
        if (millis > 0) {
            Thread.sleep(millis);
        }
        synchronized (lock) {
            while (state == State.STALLED) {
                lock.wait();
            }
        }
    }

    Socket connectToServer() throws IOException {
        return new Socket(host, serverPort);
    }

    void ended(LineConnection connection) {
        connections.remove(connection);
    }

    private void become(State next) {
        synchronized (lock) {
            state = next;
            lock.notifyAll();
        }
    }

    private void listen() {
        synchronized (lock) {
            if (listening != null) {
                return;
            }
            try {
                ServerSocket socket = new ServerSocket();
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                listening = socket;
                Thread thread = LineConnection.daemon("line-" + port, () -> accept(socket));
                thread.start();
                accepting = thread;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                LineConnection connection = new LineConnection(this, socket.accept());
                connections.add(connection);
                if (socket.isClosed()) {
                    connection.reset();
                } else {
                    connection.start();
                }
            } catch (IOException e) {
                // closed by refuse(), or the client is gone already
            }
        }
    }

    private static void close(@Nullable ServerSocket socket) {
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What resets a connection. */
    record Trap(String text, boolean delivered) {}
}
