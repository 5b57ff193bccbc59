package dev.flags.servers;

import java.io.IOException;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** One connection over a {@link Line}: two threads, one each way. */
final class LineConnection {

    private final Line line;
    private final Socket client;
    private volatile @Nullable Socket server;
    private volatile boolean forgotten;
    private volatile boolean answersLost;

    LineConnection(Line line, Socket client) {
        this.line = line;
        this.client = client;
    }

    void start() {
        daemon("line-" + line.port() + "-there", this::there).start();
    }

    private void there() {
        try {
            line.awaitPassage();
            Socket connected = line.connectToServer();
            server = connected;
            connected.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            daemon("line-" + line.port() + "-back", () -> back(connected)).start();
            byte[] buffer = new byte[64 * 1024];
            for (int read = client.getInputStream().read(buffer);
                    read >= 0;
                    read = client.getInputStream().read(buffer)) {
                line.awaitPassage();
                if (forgotten) {
                    continue;
                }
                Line.Trap trap = line.sprungBy(buffer, read);
                answersLost |= trap != null;
                if (trap == null || trap.delivered()) {
                    connected.getOutputStream().write(buffer, 0, read);
                }
                if (trap != null && !trap.delivered()) {
                    reset();
                }
            }
            end();
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void back(Socket connected) {
        byte[] buffer = new byte[64 * 1024];
        try {
            for (int read = connected.getInputStream().read(buffer);
                    read >= 0;
                    read = connected.getInputStream().read(buffer)) {
                line.awaitPassage();
                if (answersLost) {
                    // the server has acted and answered; nobody will hear
                    reset();
                    return;
                }
                if (!forgotten) {
                    client.getOutputStream().write(buffer, 0, read);
                }
            }
            line.awaitPassage();
            end();
        } catch (IOException e) {
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void forget() {
        forgotten = true;
    }

    void reset() {
        close(client, true);
        close(server, true);
        line.ended(this);
    }

    /** An end that one side made is passed on, unless the line has forgotten that there is another. */
    private void end() {
        if (!forgotten) {
            close(client, false);
            close(server, false);
            line.ended(this);
        }
    }

    private static void close(@Nullable Socket socket, boolean abruptly) {
        if (socket == null) {
            return;
        }
        try {
            if (abruptly) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // it is closed already
        }
    }

    static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }
}
