package dev.flags.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A Lua script of this package. Immutable. */
final class RedisScript {
    private final String text;
    private final String sha1;

    private RedisScript(String text) {
        this.text = text;
        this.sha1 = sha1(text);
    }

    /** One that lies beside this class. */
    static RedisScript of(String file) {
        try (InputStream lua = RedisScript.class.getResourceAsStream(file)) {
            return new RedisScript(new String(
                    Optional.ofNullable(lua)
                            .orElseThrow(() -> new IllegalStateException(file + " is not in the jar"))
                            .readAllBytes(),
                    StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it, sending its text only where the server does not have it. */
    Object run(RedisReading reading, List<String> keys, List<String> arguments) {
        try {
            return reading.run(reading.commands().evalsha(sha1, keys, arguments));
        } catch (JedisNoScriptException e) {
            // a server that has restarted or failed over; it keeps the script from now on
            return reading.run(reading.commands().eval(text, keys, arguments));
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
