package dev.flags.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One command to a Redis over a connection of its own: what the test servers need to be set up, without the client under test.
 */
final class RedisCall {

    private static final int TIMEOUT_MILLIS = 30_000;

    private RedisCall() {}

    static @Nullable Object send(String host, int port, @Nullable String password, String... command)
            throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (password != null) {
                socket.getOutputStream().write(encoded("AUTH", password));
                read(in);
            }
            socket.getOutputStream().write(encoded(command));
            return read(in);
        }
    }

    private static byte[] encoded(String... command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + command.length + "\r\n").getBytes(UTF_8));
        for (String word : command) {
            byte[] bytes = word.getBytes(UTF_8);
            out.writeBytes(("$" + bytes.length + "\r\n").getBytes(UTF_8));
            out.writeBytes(bytes);
            out.writeBytes(new byte[] {'\r', '\n'});
        }
        return out.toByteArray();
    }

    private static @Nullable Object read(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+' -> rest;
            case '-' -> throw new RedisRefused(rest);
            case ':' -> Long.valueOf(rest);
            case '$' -> text(Integer.parseInt(rest), in);
            case '*' -> list(Integer.parseInt(rest), in);
            default -> throw new IOException("not an answer of Redis: " + line);
        };
    }

    private static @Nullable String text(int length, InputStream in) throws IOException {
        if (length < 0) {
            return null;
        }
        String text = new String(in.readNBytes(length), UTF_8);
        line(in);
        return text;
    }

    private static @Nullable List<@Nullable Object> list(int size, InputStream in) throws IOException {
        if (size < 0) {
            return null;
        }
        List<@Nullable Object> list = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            list.add(read(in));
        }
        return list;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int last = -1;
        for (int b = in.read(); ; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (last == '\r' && b == '\n') {
                break;
            }
            line.write(b);
            last = b;
        }
        String text = line.toString(UTF_8);
        return text.substring(0, text.length() - 1);
    }
}
