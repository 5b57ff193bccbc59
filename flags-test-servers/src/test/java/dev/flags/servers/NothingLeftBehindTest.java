package dev.flags.servers;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers end with the JVM that started them, however it ends. */
class NothingLeftBehindTest {

    /** A JVM that starts a server, says its number, and waits to be ended. */
    static final class Starter {
        public static void main(String[] arguments) throws Exception {
            LocalRedis redis = LocalRedis.start(java.util.List.of());
            System.out.println(redis.pid());
            if (System.in.read() >= 0) {
                System.exit(0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerEndsWithItsJvm(boolean killed) throws Exception {
        Process jvm = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Starter.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long server = Long.parseLong(
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8)).readLine());
        assertThat(ServerProcess.isRunning(server)).isTrue();

        if (killed) {
            jvm.destroyForcibly();
        } else {
            jvm.outputWriter().append('\n').close();
        }

        assertThat(jvm.waitFor(120, SECONDS)).isTrue();
        await().atMost(120, SECONDS).until(() -> !ServerProcess.isRunning(server));
    }

    @Test
    void aClosedServerIsGone() {
        LocalRedis redis = LocalRedis.start(java.util.List.of());
        long pid = redis.pid();

        redis.close();

        assertThat(ServerProcess.isRunning(pid)).isFalse();
        assertThat(redis.directory()).doesNotExist();
    }
}
