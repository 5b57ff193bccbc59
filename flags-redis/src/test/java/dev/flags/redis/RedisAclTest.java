package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.servers.RedisServer;
import dev.flags.store.AuditChain;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.Feed;
import dev.flags.store.Finding;
import dev.flags.store.Finding.Verdict;
import dev.flags.store.Head;
import dev.flags.store.NotPermittedException;
import dev.flags.store.Storage;
import dev.flags.store.Storage.Append;
import dev.flags.store.Storage.Attempted;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.util.SafeEncoder;

/** What the server lets each of the three users do that the resource {@code acl/users.txt} makes. */
class RedisAclTest {
    private static final String APPLICATION = AclUsers.APPLICATION;
    private static final String CONTROLLER = AclUsers.CONTROLLER;
    private static final String ADMINISTRATOR = AclUsers.ADMINISTRATOR;

    private static RedisServer server;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        if (isEnforcing()) {
            AclUsers.lines().forEach(user -> server.call(user.split(" ", -1)));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.call("FLUSHALL");
        server.call("SCRIPT", "FLUSH");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    @Test
    void aServerThatIsTooOldForReadOnlyKeysIsToldByTheExamination() {
        Finding version = storage("default", "").examine().stream()
                .filter(finding -> finding.subject().equals("version"))
                .findFirst()
                .orElseThrow();
        if (isEnforcing()) {
            assertThat(version.verdict()).isEqualTo(Verdict.OK);
        } else {
            assertThat(version.verdict()).isEqualTo(Verdict.WARN);
            assertThat(version.text()).contains("cannot enforce");
        }
    }

    @Test
    void theApplicationReadsEverythingAndFollows() throws Exception {
        assumeEnforcing();
        Storage administrator = as(ADMINISTRATOR);
        commit(administrator, "a", "{}", null, null);
        Storage application = as(APPLICATION);

        assertThat(application.load().flags()).hasSize(1);
        assertThat(application.flag("a")).isNotNull();
        assertThat(application.head().revision()).isEqualTo(1);
        assertThat(application.entriesAfter(0, 10)).hasSize(1);
        assertThat(application.entriesBefore(9, 10, Optional.of("a"))).hasSize(1);
        assertThat(application.now()).isAfter(Instant.EPOCH);
        assertThat(application.login()).contains(APPLICATION);
        assertThat(application.members().orElseThrow().among("s", "1", Set.of("u")))
                .isEmpty();
        assertThat(application.members().orElseThrow().count("s", "1")).isZero();
        assertThatCode(application::examine).doesNotThrowAnyException();
        try (Feed feed = application.feed()) {
            Head head = feed.head();
            commit(administrator, "b", "{}", null, null);
            assertThat(feed.await(head, Duration.ofMinutes(1))).isInstanceOf(Feed.Awaited.Entries.class);
            assertThat(feed.await(feed.head(), Duration.ofMillis(20))).isInstanceOf(Feed.Awaited.Unchanged.class);
            assertThat(feed.load().flags()).hasSize(2);
        }
    }

    @Test
    void theApplicationCannotCommitAndIsToldWhoWasRefusedAndNotThePassword() {
        assumeEnforcing();
        commit(as(ADMINISTRATOR), "a", "{}", null, null);
        Storage application = as(APPLICATION);

        assertThatThrownBy(() -> commit(application, "a", "{}", "{}", null))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining(APPLICATION)
                .hasMessageNotContaining("password-of");
        assertThatThrownBy(() -> application.removeEntries(1)).isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> application.members().orElseThrow().add("s", "1", Set.of("u")))
                .isInstanceOf(NotPermittedException.class);
        assertThatThrownBy(() -> application.members().orElseThrow().remove("s", "1"))
                .isInstanceOf(NotPermittedException.class);
        assertThat(application.head().revision()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HSET flags:{production}:flags a {}",
                "HINCRBY flags:{production}:flags a 1",
                "HDEL flags:{production}:flags a",
                "UNLINK flags:{production}:flags",
                "DEL flags:{production}:flags",
                "PEXPIRE flags:{production}:flags 1",
                "RENAME flags:{production}:flags flags:{production}:instance:1",
                "COPY flags:{production}:instance:1 flags:{production}:flags",
                "RESTORE flags:{production}:flags 0 x",
                "HSET flags:{production}:kills a {}",
                "UNLINK flags:{production}:kills",
                "HSET flags:{production}:rollouts a {}",
                "UNLINK flags:{production}:rollouts",
                "HSET flags:{production}:segments a {}",
                "HSET flags:{production}:meta revision 9",
                "HINCRBY flags:{production}:meta revision 1",
                "UNLINK flags:{production}:meta",
                "XADD flags:{production}:log 9-0 a b",
                "XTRIM flags:{production}:log MAXLEN 0",
                "XDEL flags:{production}:log 1-0",
                "UNLINK flags:{production}:log",
                "ZADD flags:{production}:history:a 1 1",
                "UNLINK flags:{production}:history:a",
                "SADD flags:{production}:segment:s:1 u",
                "UNLINK flags:{production}:segment:s:1",
                "HSET flags:{production}:evidence:a x y",
                "HSET flags:{production}:lease x y",
                "SET flags:{production}:evidence:a x",
                "UNLINK flags:{production}:evidence:a",
                "UNLINK flags:{production}:lease",
                "EVAL return(1) 0",
                "EVALSHA 0123456789012345678901234567890123456789 0",
                "SCRIPT FLUSH",
                "FUNCTION FLUSH",
                "FLUSHALL",
                "FLUSHDB",
                "SWAPDB 0 1",
                "CONFIG SET maxmemory 1",
                "ACL SETUSER flags-application +@all",
                "SHUTDOWN NOSAVE",
                "KEYS *",
                "SCAN 0",
                "GET other",
                "HGETALL other",
                "HSET other a b",
                "HSET instance:1 a b",
                "HSET flags:production:instance:1 a b"
            })
    void theServerRefusesTheApplication(String command) {
        assumeEnforcing();
        commit(as(ADMINISTRATOR), "a", "{}", null, null);

        assertThatThrownBy(() -> call(APPLICATION, command))
                .isInstanceOf(JedisAccessControlException.class)
                .hasMessageContaining("NOPERM");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HSET flags:{production}:instance:1 revision 4",
                "PEXPIRE flags:{production}:instance:1 60000",
                "HSET flags:{production}:outcomes:run-1:1795000000 i1|10000 {}",
                "PEXPIRE flags:{production}:outcomes:run-1:1795000000 7200000"
            })
    void theApplicationWritesWhatIsItsOwn(String command) {
        assumeEnforcing();
        assertThatCode(() -> call(APPLICATION, command)).doesNotThrowAnyException();
    }

    @Test
    void theControllerCommitsFlagsKillsAndRunsAndReadsWhatItNeeds() {
        assumeEnforcing();
        Storage controller = as(CONTROLLER);
        commit(controller, "a", "{}", null, "{\"run\":1}");
        commit(controller, "a", "{}", "{\"kill\":1}", null);
        commit(controller, "a", "{}", null, null);

        assertThat(controller.head().revision()).isEqualTo(3);
        assertThat(controller.load().missing()).isEmpty();
        assertThat(controller.entriesBefore(9, 10, Optional.of("a"))).hasSize(3);
        assertThat(controller.login()).contains(CONTROLLER);
        assertThatCode(controller::examine).doesNotThrowAnyException();
    }

    @Test
    void theApplicationReportsOutcomesAndTheControllerReadsThem() {
        assumeEnforcing();
        OutcomeStorage own = as(APPLICATION).outcomes().orElseThrow();
        Instant window = Instant.ofEpochSecond(own.now().getEpochSecond() / 10 * 10 - 10);
        OutcomeRow row = new OutcomeRow(
                "a", "run-1", "i1", Percentage.of(10), window, 0, 0, OutcomeRow.Arm.EMPTY, OutcomeRow.Arm.EMPTY);

        own.put(List.of(row));

        for (String reader : List.of(CONTROLLER, ADMINISTRATOR)) {
            assertThat(as(reader).outcomes().orElseThrow().read("run-1", window).rows())
                    .containsExactly(row);
        }
        assertThatThrownBy(() -> own.read("run-1", window)).isInstanceOf(NotPermittedException.class);
    }

    @ParameterizedTest
    @CsvSource({CONTROLLER, ADMINISTRATOR})
    void theLeaseAndTheRecordsAreTheControllersAndTheAdministrators(String user) {
        assumeEnforcing();
        ControllerRecords records = as(user).controllerRecords().orElseThrow();
        Lease lease = records.acquire("ada", Duration.ofMinutes(1)).orElseThrow();

        assertThat(records.write(lease, Map.of("a", Optional.of("{}"), "b", Optional.of("{}"))))
                .isTrue();
        assertThat(records.write(lease, Map.of("b", Optional.empty()))).isTrue();
        assertThat(records.read("a")).contains("{}");
        assertThat(records.holder()).contains(lease);
        records.release(lease);
        assertThat(records.holder()).isEmpty();
    }

    @Test
    void theApplicationTakesNoLeaseAndWritesNoRecords() {
        assumeEnforcing();
        ControllerRecords records = as(APPLICATION).controllerRecords().orElseThrow();
        Lease lease = new Lease("ada", 1, Instant.MAX);

        for (Runnable refused : List.<Runnable>of(
                () -> records.acquire("ada", Duration.ofMinutes(1)),
                () -> records.write(lease, Map.of("a", Optional.of("{}"))),
                () -> records.release(lease))) {
            assertThatThrownBy(refused::run)
                    .isInstanceOf(NotPermittedException.class)
                    .hasMessageContaining(APPLICATION);
        }
        assertThat(server.call("KEYS", "*").toString()).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "XTRIM flags:{production}:log MAXLEN 0",
                "ZREMRANGEBYSCORE flags:{production}:history:a -inf +inf",
                "SADD flags:{production}:segment:s:1 u",
                "UNLINK flags:{production}:segment:s:1",
                "EVAL return(redis.call('HGETALL','other')) 0",
                "EVAL return(redis.call('XTRIM',KEYS[1],'MAXLEN','0')) 1 flags:{production}:log",
                "FLUSHALL",
                "SCAN 0",
                "HGETALL other",
                "CONFIG GET *"
            })
    void theServerRefusesTheController(String command) {
        assumeEnforcing();
        assertThatThrownBy(() -> call(CONTROLLER, command)).satisfies(RedisAclTest::isRefusal);
    }

    @Test
    void theAdministratorDoesEverythingThatThereIsToDo() {
        assumeEnforcing();
        Storage administrator = as(ADMINISTRATOR);
        commit(administrator, "a", "{}", null, null);
        commit(administrator, "a", "{}", "{}", "{}");
        administrator.members().orElseThrow().add("s", "1", Set.of("u", "v"));
        assertThat(administrator.members().orElseThrow().among("s", "1", Set.of("u", "w")))
                .containsExactly("u");
        assertThat(administrator.members().orElseThrow().count("s", "1")).isEqualTo(2);
        assertThat(administrator.members().orElseThrow().versions("s")).containsExactly("1");
        administrator.members().orElseThrow().remove("s", "1");
        assertThat(administrator.environments()).containsExactly("production");
        administrator.removeEntries(1);
        assertThat(administrator.entriesAfter(0, 10)).hasSize(1);
        assertThat(administrator.entriesBefore(9, 10, Optional.of("a"))).hasSize(1);
        assertThat(administrator.attempt(view -> new Append(
                        view.head().epoch(),
                        entry(9, view.head()),
                        Set.of("b"),
                        List.of(new StoredFlag("b", 9, "{}", null, null, Instant.EPOCH, "ada")),
                        List.of(new StoredSegment("s", 9, "{}")),
                        "{}",
                        true)))
                .isInstanceOf(Attempted.Done.class);
        assertThat(administrator.load().flags()).hasSize(1);
        assertThat(administrator.examine())
                .extracting(Finding::subject)
                .contains("version", "maxmemory-policy", "memory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HGETALL other",
                "HSET other a b",
                "UNLINK other",
                "XADD flags:log * a b",
                "EVAL return(redis.call('HGETALL','other')) 0",
                "EVAL return(redis.call('HSET','other','a','b')) 0",
                "FLUSHALL",
                "KEYS *",
                "CONFIG GET requirepass",
                "CONFIG SET maxmemory 1",
                "ACL LIST",
                "SHUTDOWN NOSAVE",
                "REPLICAOF NO ONE"
            })
    void theServerRefusesTheAdministrator(String command) {
        assumeEnforcing();
        assertThatThrownBy(() -> call(ADMINISTRATOR, command)).satisfies(RedisAclTest::isRefusal);
    }

    @ParameterizedTest
    @CsvSource({APPLICATION, CONTROLLER, ADMINISTRATOR})
    void aWrongPasswordIsNotPermittedForAnybody(String user) {
        assumeEnforcing();
        assertThatThrownBy(() -> storage(user, "wrong").head())
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining(user)
                .hasMessageNotContaining("wrong ");
    }

    @Test
    void theUsersHaveNoCategoriesOfCommandsAndAllHavePasswords() {
        for (String user : AclUsers.lines()) {
            assertThat(user).doesNotContain("+@").doesNotContain("allcommands").doesNotContain("nopass");
        }
    }

    private static void isRefusal(Throwable failure) {
        // inside a script the error begins otherwise
        assertThat(failure.getMessage())
                .matches("(?s).*(NOPERM|has no permissions|can't run this command|can't access|ACL failure).*");
    }

    private static boolean isEnforcing() {
        return AclUsers.isEnforcing(server);
    }

    private static void assumeEnforcing() {
        Assumptions.assumeTrue(
                isEnforcing(), () -> server.kind() + " knows no read-only key patterns; the examination says so");
    }

    private Storage as(String user) {
        return storage(user, AclUsers.PASSWORD);
    }

    private Storage storage(String user, String password) {
        Storage storage = builder(user, password).storage();
        opened.add(storage);
        return storage;
    }

    private static RedisFlagStore.Builder builder(String user, String password) {
        return RedisFlagStore.builder(server.url(), "production")
                .user(user)
                .password(() -> password)
                .variables(Map.of());
    }

    private Object call(String user, String command) {
        MasterConnections connections =
                new MasterConnections(builder(user, AclUsers.PASSWORD).settings());
        opened.add(connections);
        String[] words = command.split(" ", -1);
        ProtocolCommand name = () -> SafeEncoder.encode(words[0]);
        CommandArguments arguments = new CommandArguments(name);
        Stream.of(words).skip(1).forEach(arguments::add);
        try (Connection connection = connections.borrow()) {
            return connection.executeCommand(arguments);
        }
    }

    static void commit(
            Storage storage, String key, String definition, @Nullable String kill, @Nullable String rollout) {
        Attempted attempted = storage.attempt(view -> {
            long revision = view.head().revision() + 1;
            return new Append(
                    view.head().epoch(),
                    entry(revision, view.head()),
                    Set.of(key),
                    List.of(new StoredFlag(key, revision, definition, kill, rollout, Instant.EPOCH, "ada")),
                    List.of(),
                    null,
                    false);
        });
        assertThat(attempted).isInstanceOf(Attempted.Done.class);
    }

    private static StoredEntry entry(long revision, Head before) {
        String payload = "{\"epoch\":\"" + before.epoch() + "\",\"previousHash\":\"" + before.hash() + "\"}";
        return new StoredEntry(revision, payload, AuditChain.hash(payload));
    }
}
