package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.servers.RedisServer;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.SafeEncoder;

@Timeout(300)
class MasterConnectionsTest {
    private static RedisServer server;

    private final List<MasterConnections> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = RedisServer.binary();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void openTheServer() {
        server.call("ACL", "SETUSER", "default", "on", "nopass");
        server.call("ACL", "SETUSER", "app", "reset", "on", ">first", "+@all", "~*");
    }

    @AfterEach
    void close() {
        opened.forEach(MasterConnections::close);
    }

    @Test
    void nothingIsConnectedBeforeItIsNeededAndConnectionsAreNamedAndInTheDatabase() {
        MasterConnections connections = open(builder(server.url() + "/3").clientName("shop"));
        assertThat(clients("shop")).isEmpty();

        try (Connection connection = connections.borrow()) {
            assertThat(ping(connection)).isEqualTo("PONG");
            assertThat(clients("shop")).singleElement().asString().contains(" db=3 ");
        }
        try (Connection own = connections.dedicated()) {
            assertThat(ping(own)).isEqualTo("PONG");
            assertThat(clients("shop")).hasSize(2);
        }
        assertThat(connections.location()).isEqualTo(server.url() + "/3");
    }

    @Test
    void aServerThatWasRestartedCostsReadsNothingAndWritesOneFailureAtMost() {
        MasterConnections connections = open(builder(server.url()));
        makeIdle(connections, 4);

        server.kill();
        server.restart();
        assertThat(reading(connections, MasterConnectionsTest::ping)).isEqualTo("PONG");

        makeIdle(connections, 4);
        assertThat(clients("flags")).hasSize(4);
        server.kill();
        server.restart();
        assertThatThrownBy(() -> once(connections, MasterConnectionsTest::ping))
                .isInstanceOf(JedisConnectionException.class);
        for (int i = 0; i < 4; i++) {
            assertThat(once(connections, MasterConnectionsTest::ping)).isEqualTo("PONG");
        }
    }

    @Test
    void aWriteIsNeverSentTwice() {
        MasterConnections connections = open(builder(server.url()));
        AtomicInteger runs = new AtomicInteger();
        assertThatThrownBy(() -> once(connections, connection -> {
                    runs.incrementAndGet();
                    connection.sendCommand(Protocol.Command.CLIENT, "KILL", "TYPE", "NORMAL", "SKIPME", "NO");
                    connection.getOne();
                    return ping(connection);
                }))
                .isInstanceOf(JedisConnectionException.class);
        assertThat(runs).hasValue(1);
    }

    @Test
    void nobodyWaitsForThePoolBecauseOfAServerThatIsAway() {
        MasterConnections connections =
                open(builder("redis://127.0.0.1:1").poolSize(1).poolTimeout(Duration.ofSeconds(30)));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(connections::borrow).isInstanceOf(JedisConnectionException.class);
            assertThatThrownBy(connections::dedicated).isInstanceOf(JedisConnectionException.class);
        }
    }

    @Test
    void whoeverFindsEveryConnectionInUseWaitsForOneAndNoLongerThanAllowed() throws Exception {
        MasterConnections connections = open(builder(server.url()).poolSize(1).poolTimeout(Duration.ofMillis(200)));
        try (Connection only = connections.borrow()) {
            assertThat(ping(only)).isEqualTo("PONG");
            assertThatThrownBy(connections::borrow).isInstanceOf(JedisException.class);
        }
        assertThat(once(connections, MasterConnectionsTest::ping)).isEqualTo("PONG");
    }

    @Test
    void aPortThatAcceptsAndNeverAnswersIsGivenUpForCommandsAndForFollowing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            MasterConnections connections = open(builder("redis://127.0.0.1:" + silent.getLocalPort())
                    .connectTimeout(Duration.ofMillis(300))
                    .commandTimeout(Duration.ofMillis(300)));
            assertThatThrownBy(connections::borrow).isInstanceOf(JedisConnectionException.class);
            assertThatThrownBy(connections::dedicated).isInstanceOf(JedisConnectionException.class);
            assertThatThrownBy(() -> reading(connections, MasterConnectionsTest::ping))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("no answer within 300 ms");
        }
    }

    @Test
    void aBlockingCommandOnAHungServerIsGivenUpToo() {
        MasterConnections connections = open(builder(server.url()).commandTimeout(Duration.ofMillis(300)));
        // on a busy machine even a server that is well may take longer than that to say hello
        try (Connection own = Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptionsInstanceOf(JedisException.class)
                .until(connections::dedicated, made -> true)) {
            server.pause();
            own.sendCommand(Protocol.Command.XREAD, "BLOCK", "100", "STREAMS", "nothing", "0-0");
            assertThatThrownBy(own::getOne).isInstanceOf(JedisConnectionException.class);
        } finally {
            server.resume();
        }
    }

    @Test
    void aRotatedPasswordIsUsedByTheNextConnectionWithoutARestart() {
        AtomicReference<String> password = new AtomicReference<>("first");
        MasterConnections connections = open(builder(server.url())
                .poolSize(2)
                .credentials(() -> new DefaultRedisCredentials("app", password.get())));
        assertThat(once(connections, MasterConnectionsTest::whoAmI)).isEqualTo("app");

        // what was connected stays so, what is new has to know the new one
        server.call("ACL", "SETUSER", "app", "resetpass", ">second");
        assertThat(once(connections, MasterConnectionsTest::whoAmI)).isEqualTo("app");
        assertThatThrownBy(connections::dedicated).isInstanceOf(JedisAccessControlException.class);

        password.set("second");
        try (Connection own = connections.dedicated()) {
            assertThat(whoAmI(own)).isEqualTo("app");
        }
        assertThat(connections.user()).contains("app");
    }

    @Test
    void aUserWhoWasTakenAwayIsAskedForAgain() {
        AtomicReference<RedisCredentials> credentials =
                new AtomicReference<>(new DefaultRedisCredentials("app", "first"));
        MasterConnections connections = open(builder(server.url()).credentials(credentials::get));
        assertThat(reading(connections, MasterConnectionsTest::whoAmI)).isEqualTo("app");

        server.call("ACL", "SETUSER", "app-2", "reset", "on", ">other", "+@all", "~*");
        server.call("ACL", "DELUSER", "app");
        assertThatThrownBy(() -> reading(connections, MasterConnectionsTest::whoAmI))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("refuses the user app: WRONGPASS");

        credentials.set(new DefaultRedisCredentials("app-2", "other"));
        assertThat(reading(connections, MasterConnectionsTest::whoAmI)).isEqualTo("app-2");
    }

    @Test
    void aLoginThatALiveConnectionHasLostIsRenewedByTheNextOne() {
        MasterConnections connections = open(builder(server.url()).user("app").password(() -> "first"));
        server.call("ACL", "SETUSER", "default", "off");
        try {
            reading(connections, connection -> {
                // as it is after the server ended the session of an expired token
                connection.sendCommand(Protocol.Command.RESET);
                return connection.getOne();
            });
            assertThat(reading(connections, MasterConnectionsTest::whoAmI)).isEqualTo("app");
        } finally {
            admin("app", "first", "ACL", "SETUSER", "default", "on", "nopass");
        }
    }

    @Test
    void aServerThatAsksForALoginAndGetsNoneIsNotTakenForOneThatIsAway() {
        server.call("ACL", "SETUSER", "default", "resetpass", ">secret");
        try {
            MasterConnections connections = open(builder(server.url()));
            assertThatThrownBy(() -> reading(connections, MasterConnectionsTest::ping))
                    .isInstanceOf(NotPermittedException.class)
                    .hasMessageContaining("refuses the default user: NOAUTH");
        } finally {
            admin("default", "secret", "ACL", "SETUSER", "default", "nopass");
        }
    }

    @Test
    void credentialsThatCannotBeHadAreToldAndAskedForAgain() {
        AtomicInteger asked = new AtomicInteger();
        MasterConnections connections = open(builder(server.url()).credentials(() -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("the vault is sealed");
            }
            return new DefaultRedisCredentials("app", "first");
        }));
        assertThatThrownBy(connections::borrow).hasMessageContaining("the vault is sealed");
        assertThat(once(connections, MasterConnectionsTest::whoAmI)).isEqualTo("app");
    }

    @Test
    void theBuilderCountsBeforeTheUrlAndTheUrlBeforeTheEnvironment() {
        Map<String, String> variables = Map.of("FLAGS_REDIS_USER", "app", "FLAGS_REDIS_PASSWORD", "first");
        assertThat(login(builder(server.url()).variables(variables))).isEqualTo("app");
        assertThat(login(builder("redis://app:first@" + server.address()).variables(Map.of())))
                .isEqualTo("app");
        assertThat(login(builder("redis://app@" + server.address()).variables(variables)))
                .isEqualTo("app");
        assertThat(login(builder("redis://other:wrong@" + server.address())
                        .user("app")
                        .password(() -> "first")))
                .isEqualTo("app");
        assertThat(login(builder(server.url()).variables(Map.of("FLAGS_REDIS_USER", "app"))))
                .as("a user without a password from the environment is nobody")
                .isEqualTo("default");
        assertThatThrownBy(() ->
                        login(builder("redis://app:wrong@" + server.address()).variables(variables)))
                .isInstanceOf(JedisAccessControlException.class);
    }

    @Test
    void closeLeavesNeitherConnectionNorThread() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        MasterConnections connections = open(builder(server.url()).clientName("closing"));
        makeIdle(connections, 3);
        Connection inUse = connections.borrow();
        assertThat(clients("closing")).isNotEmpty();

        connections.close();
        inUse.close();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(clients("closing")).isEmpty());
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .map(Thread::getName)
                        .filter(name -> Stream.of("awaitility", "junit", "process reaper")
                                .noneMatch(name::startsWith))
                        .collect(Collectors.toSet()))
                .isEmpty();
        assertThatThrownBy(connections::borrow).hasMessageContaining("closed");
    }

    @Test
    void aConnectionThatWaitsCanBeEndedByAnotherThread() throws Exception {
        MasterConnections connections = open(builder(server.url()));
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Connection own = connections.dedicated();
            own.setSoTimeout(50_000);
            Future<?> waiting = thread.submit(() -> {
                own.sendCommand(Protocol.Command.XREAD, "BLOCK", "50000", "STREAMS", "nothing", "0-0");
                return own.getOne();
            });
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> clients("flags").stream().anyMatch(client -> client.contains("cmd=xread")));
            own.disconnect();
            assertThatThrownBy(() -> waiting.get(120, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
        } finally {
            thread.shutdownNow();
        }
    }

    private static RedisFlagStore.Builder builder(String url) {
        return RedisFlagStore.builder(url, "production").variables(Map.of());
    }

    private MasterConnections open(RedisFlagStore.Builder builder) {
        MasterConnections connections = new MasterConnections(builder.settings());
        opened.add(connections);
        return connections;
    }

    private String login(RedisFlagStore.Builder builder) {
        return once(open(builder), MasterConnectionsTest::whoAmI);
    }

    private static <T> T once(RedisConnections connections, Function<Connection, T> work) {
        try (Connection connection = connections.borrow()) {
            return work.apply(connection);
        }
    }

    /** As the storage reads: once more where that helps, failures translated. */
    private static <T> T reading(RedisConnections connections, Function<Connection, T> work) {
        return new RedisCalls(connections, new RedisKeys("flags", "production"))
                .with(reading -> work.apply(reading.connection()));
    }

    private static void makeIdle(RedisConnections connections, int count) {
        List<Connection> borrowed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            borrowed.add(connections.borrow());
        }
        borrowed.forEach(Connection::close);
    }

    private static String ping(Connection connection) {
        connection.sendCommand(Protocol.Command.PING);
        return connection.getStatusCodeReply();
    }

    private static String whoAmI(Connection connection) {
        connection.sendCommand(Protocol.Command.ACL, "WHOAMI");
        return SafeEncoder.encode(connection.getBinaryBulkReply());
    }

    /** The server's lines about clients of a name. */
    private static List<String> clients(String name) {
        return String.valueOf(server.call("CLIENT", "LIST"))
                .lines()
                .filter(line -> line.contains(" name=" + name + " "))
                .toList();
    }

    private static void admin(String user, String password, String... command) {
        MasterConnections connections = new MasterConnections(
                builder(server.url()).user(user).password(() -> password).settings());
        try (connections) {
            once(connections, connection -> {
                connection.sendCommand(
                        Protocol.Command.valueOf(command[0]),
                        List.of(command).subList(1, command.length).toArray(new String[0]));
                return connection.getOne();
            });
        }
    }
}
