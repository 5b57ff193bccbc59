package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.servers.SentinelServers;
import dev.flags.store.FlagStore;
import dev.flags.store.NotPermittedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.assertj.core.api.ThrowableTypeAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.DefaultRedisCredentials;

/** Sentinels that ask for a password, before servers that ask for another. */
@Timeout(300)
class SentinelLoginTest {
    private static final String ENVIRONMENT = "guarded";
    private static final String AT_SERVERS = "hunter-of-servers";
    private static final String AT_SENTINELS = "hunter-of-sentinels";

    private static SentinelServers servers;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        servers = SentinelServers.guarded(AT_SENTINELS, "--requirepass", AT_SERVERS);
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void theVariablesOfTheSentinelsOpenTheSentinelsAndThoseOfTheServersTheServers() {
        FlagStore store = open(
                Map.of("FLAGS_REDIS_PASSWORD", AT_SERVERS, "FLAGS_REDIS_SENTINEL_PASSWORD", AT_SENTINELS), builder());
        Followed.setPersistently(store, 10);
        Followed instance = new Followed(store);
        opened.add(0, instance);
        instance.awaitPercent(10);
    }

    @Test
    void aUserOfTheSentinelsComesFromTheVariablesToo() {
        servers.sentinelServers()
                .forEach(sentinel -> sentinel.call(
                        "ACL",
                        "SETUSER",
                        "watcher",
                        "reset",
                        "on",
                        ">of-the-watcher",
                        "+client|setname",
                        "+sentinel|get-master-addr-by-name"));
        Map<String, String> watcher = Map.of(
                "FLAGS_REDIS_PASSWORD",
                AT_SERVERS,
                "FLAGS_REDIS_SENTINEL_USER",
                "watcher",
                "FLAGS_REDIS_SENTINEL_PASSWORD",
                "of-the-watcher");
        assertThat(open(watcher, builder()).head()).isNotNull();
    }

    @Test
    void theBuilderCountsBeforeTheVariables() {
        Map<String, String> wrong = Map.of("FLAGS_REDIS_SENTINEL_PASSWORD", "hunter-of-nothing");
        FlagStore store = open(
                wrong,
                builder()
                        .password(() -> AT_SERVERS)
                        .sentinelCredentials(() -> new DefaultRedisCredentials(null, AT_SENTINELS)));
        assertThat(store.head()).isNotNull();
    }

    @Test
    void sentinelsThatAskForALoginAndGetNoneSayWhatToSet() {
        refused(Map.of("FLAGS_REDIS_PASSWORD", AT_SERVERS), builder())
                .withMessageContaining("the sentinels ask for a login")
                .withMessageContaining("NOAUTH")
                .withMessageContaining("set FLAGS_REDIS_SENTINEL_PASSWORD");
    }

    @Test
    void aWrongPasswordIsToldAsTheSentinels() {
        refused(
                        Map.of(
                                "FLAGS_REDIS_PASSWORD",
                                AT_SERVERS,
                                "FLAGS_REDIS_SENTINEL_PASSWORD",
                                "hunter-of-nothing"),
                        builder())
                .withMessageContaining("the sentinels refuse the default user")
                .withMessageContaining("WRONGPASS")
                .withMessageContaining(servers.sentinels().get(2))
                .withMessageContaining("set FLAGS_REDIS_SENTINEL_PASSWORD");
    }

    @Test
    void aWrongPasswordOfTheServersIsToldAsTheMasters() {
        refused(
                        Map.of(
                                "FLAGS_REDIS_PASSWORD",
                                "hunter-of-nothing",
                                "FLAGS_REDIS_SENTINEL_PASSWORD",
                                AT_SENTINELS),
                        builder())
                .withMessageContaining("the master of redis-sentinel://")
                .withMessageNotContaining("the sentinels");
    }

    @Test
    void theHalvesOfTheTwoLoginsNeverMeet() {
        // each would open the sentinels if it came to them
        refused(Map.of("FLAGS_REDIS_PASSWORD", AT_SENTINELS), builder()).withMessageContaining("NOAUTH");
        refused(Map.of(), builder().password(() -> AT_SENTINELS)).withMessageContaining("NOAUTH");
        refused(Map.of("FLAGS_REDIS_SENTINEL_USER", "default", "FLAGS_REDIS_PASSWORD", AT_SENTINELS), builder())
                .withMessageContaining("NOAUTH");
        // these would open the servers
        refused(Map.of("FLAGS_REDIS_SENTINEL_PASSWORD", AT_SENTINELS), builder())
                .withMessageContaining("the master of redis-sentinel://");
        // a user of the servers, whom the sentinels do not know
        servers.master().call("ACL", "SETUSER", "app", "reset", "on", ">of-the-app", "+@all", "~*", "&*");
        FlagStore store = open(
                Map.of(
                        "FLAGS_REDIS_USER",
                        "app",
                        "FLAGS_REDIS_PASSWORD",
                        "of-the-app",
                        "FLAGS_REDIS_SENTINEL_PASSWORD",
                        AT_SENTINELS),
                builder());
        assertThat(store.head()).isNotNull();
    }

    /** That it is not permitted; no message, of no cause, holds a password. */
    private ThrowableAssertAlternative<NotPermittedException> refused(
            Map<String, String> variables, RedisFlagStore.Builder builder) {
        FlagStore store = open(variables, builder);
        assertThatThrownBy(store::head).satisfies(failure -> {
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                assertThat(cause.toString()).doesNotContain("hunter-of");
                for (Throwable suppressed : cause.getSuppressed()) {
                    assertThat(suppressed.toString()).doesNotContain("hunter-of");
                }
            }
        });
        ThrowableTypeAssert<NotPermittedException> type =
                Assertions.assertThatExceptionOfType(NotPermittedException.class);
        return type.isThrownBy(store::head);
    }

    private static RedisFlagStore.Builder builder() {
        return RedisFlagStore.builder(
                        "redis-sentinel://" + String.join(",", servers.sentinels()) + "/" + servers.masterName(),
                        ENVIRONMENT)
                .connectTimeout(Duration.ofMinutes(2))
                .commandTimeout(Duration.ofMinutes(2));
    }

    private FlagStore open(Map<String, String> variables, RedisFlagStore.Builder builder) {
        FlagStore store = builder.variables(variables).open();
        opened.add(store);
        return store;
    }
}
