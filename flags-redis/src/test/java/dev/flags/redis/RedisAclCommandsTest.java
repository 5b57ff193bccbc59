package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.flags.model.Percentage;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.outcomes.OutcomeStorage;
import dev.flags.servers.RedisServer;
import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import dev.flags.store.Feed;
import dev.flags.store.NotPermittedException;
import dev.flags.store.SegmentMembers;
import dev.flags.store.Storage;
import dev.flags.store.StoreDamagedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each of the three users needs each command that the resource {@code acl/users.txt} gives it: without it, the server refuses something
 * that this user does. What is refused shows in the server's own log too, where flags goes on without an answer.
 */
@Timeout(120)
class RedisAclCommandsTest {
    private static final String ENVIRONMENT = "production";
    private static final String LIMITED = "limited";

    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Something that is done by a user. */
    private interface Work {
        void as(String user) throws Exception;
    }

    private interface OnStorage {
        void on(Storage storage) throws Exception;
    }

    @ParameterizedTest
    @ValueSource(strings = {AclUsers.APPLICATION, AclUsers.CONTROLLER, AclUsers.ADMINISTRATOR})
    void withoutAnyOfItsCommandsAUserIsRefusedSomethingThatItDoes(String user) throws Exception {
        Map<String, String> refused = new LinkedHashMap<>();
        List<String> unneeded = new ArrayList<>();
        for (String command : AclUsers.commands(user)) {
            Optional<String> work = switch (command) {
                case "cluster|slots" ->
                    firstRefused(
                            command, user, onACluster(), SharedServers.cluster().servers());
                case "role", "wait" -> firstRefused(command, user, behindSentinel(), watchedServers());
                default -> firstRefused(command, user, of(user), List.of(server));
            };
            work.ifPresentOrElse(what -> refused.put(command, what), () -> unneeded.add(command));
        }
        assertThat(unneeded)
                .as("commands that nothing needs, other than %s", refused)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {AclUsers.APPLICATION, AclUsers.CONTROLLER, AclUsers.ADMINISTRATOR})
    void withAllOfThemItIsRefusedNothingButALookAtTheServer(String user) throws Exception {
        start(List.of(server));
        AclUsers.makeWithout("", user, LIMITED, server);
        for (Map.Entry<String, Work> work : of(user).entrySet()) {
            assertThatCode(() -> work.getValue().as(LIMITED)).as(work.getKey()).doesNotThrowAnyException();
        }
        // what doctor asks for where it may
        assertThat(refusals(server)).isSubsetOf("config", "config|get", "info", "memory", "memory|usage");
    }

    /** The first thing that the server refuses to a user without a command; empty when it is refused nothing. */
    private static Optional<String> firstRefused(
            String command, String like, Map<String, Work> works, List<RedisServer> servers) throws Exception {
        start(servers);
        servers.forEach(each -> AclUsers.makeWithout(command, like, LIMITED, each));
        try {
            for (Map.Entry<String, Work> work : works.entrySet()) {
                try {
                    work.getValue().as(LIMITED);
                } catch (NotPermittedException e) {
                    return Optional.of(work.getKey());
                } catch (StoreDamagedException e) {
                    // without MULTI the answer is to EXEC; the server's log says which of them it refused
                    assertThat(e).hasMessageContaining("EXEC without MULTI");
                }
                if (servers.stream().anyMatch(each -> isRefused(each, command))) {
                    return Optional.of(work.getKey());
                }
            }
            return Optional.empty();
        } finally {
            servers.forEach(each -> each.call("ACL", "DELUSER", LIMITED));
        }
    }

    /** The master first, with a replica that can be waited for. */
    private static List<RedisServer> watchedServers() {
        SharedServers.sentinel().awaitInStep();
        List<RedisServer> all = new ArrayList<>(List.of(SharedServers.sentinel().master()));
        all.addAll(SharedServers.sentinel().replicas());
        return all;
    }

    private static void start(List<RedisServer> servers) {
        SharedServers.flush(servers);
        // as the default user, so that there is something to read
        try (Storage storage = storage(servers.get(0).url(), ENVIRONMENT, null)) {
            if (servers.size() == 1) {
                RedisAclTest.commit(storage, "a", "{}", null, null);
            }
        }
        for (RedisServer each : servers) {
            each.call("SCRIPT", "FLUSH");
            each.call("ACL", "LOG", "RESET");
        }
    }

    private static boolean isRefused(RedisServer each, String command) {
        String base = command.replaceFirst("\\|.*", "");
        return refusals(each).stream().anyMatch(refusal -> refusal.equals(command) || refusal.equals(base));
    }

    /** The commands that were refused to the user, as far as the server remembers. */
    private static Set<String> refusals(RedisServer each) {
        return ((List<?>) each.call("ACL", "LOG"))
                .stream()
                        .map(List.class::cast)
                        .filter(entry -> LIMITED.equals(entry.get(entry.indexOf("username") + 1)))
                        .map(entry -> String.valueOf(entry.get(entry.indexOf("object") + 1)))
                        .collect(Collectors.toSet());
    }

    private static Map<String, Work> of(String user) {
        Map<String, Work> works = new LinkedHashMap<>(ofEverybody());
        if (!user.equals(AclUsers.APPLICATION)) {
            works.putAll(ofWhoeverCommits());
        }
        if (user.equals(AclUsers.ADMINISTRATOR)) {
            works.putAll(ofTheAdministrator());
        }
        return works;
    }

    private static Map<String, Work> ofEverybody() {
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("connecting", with(Storage::head));
        works.put("another database", user -> {
            try (Storage storage = storage(server.url() + "/1", ENVIRONMENT, user)) {
                storage.head();
            }
        });
        works.put("its own login", with(Storage::login));
        works.put("the time", with(Storage::now));
        works.put("loading", with(Storage::load));
        works.put("loading while others commit", user -> {
            try (MasterConnections connections = new MasterConnections(
                    builder(server.url(), ENVIRONMENT, user).settings())) {
                RedisKeys keys = new RedisKeys("flags", ENVIRONMENT);
                new RedisCalls(connections, keys).with(reading -> new Loading(reading, keys).loadInATransaction());
            }
        });
        works.put("one flag", with(storage -> storage.flag("a")));
        works.put("the history of a flag", with(storage -> storage.entriesBefore(9, 9, Optional.of("a"))));
        works.put("following", with(storage -> {
            try (Feed feed = storage.feed()) {
                feed.await(feed.head(), Duration.ofMillis(5));
            }
        }));
        works.put("members", with(storage -> {
            SegmentMembers members = storage.members().orElseThrow();
            members.among("s", "1", Set.of("u"));
            members.count("s", "1");
        }));
        works.put("doctor", with(Storage::examine));
        works.put("outcome rows", with(RedisAclCommandsTest::report));
        works.put("naming the key of another program", user -> {
            server.call("SET", "flags:{other}:flags", "x");
            try (Storage storage = storage(server.url(), "other", user)) {
                storage.load();
            } catch (StoreDamagedException e) {
                // that is what is said
            }
        });
        return works;
    }

    private static Map<String, Work> ofWhoeverCommits() {
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("the first commit of an environment", user -> commit(user, "fresh", "a", null));
        works.put("another commit", user -> commit(user, "fresh", "b", null));
        works.put("a kill", user -> commit(user, "fresh", "b", "{}"));
        works.put("a commit after the head record and the log's entries were lost", user -> {
            server.call("DEL", "flags:{fresh}:meta");
            server.call("XTRIM", "flags:{fresh}:log", "MAXLEN", "0");
            commit(user, "fresh", "c", null);
        });
        works.put(
                "reading outcome rows",
                with(storage -> storage.outcomes()
                        .orElseThrow()
                        .read("run-1", Instant.now().minusSeconds(60))));
        works.put("the lease and records", with(storage -> {
            ControllerRecords records = storage.controllerRecords().orElseThrow();
            Lease lease = records.acquire("ada", Duration.ofMinutes(1)).orElseThrow();
            records.write(lease, Map.of("a", Optional.of("{}")));
            records.read("a");
            records.write(lease, Map.of("a", Optional.empty()));
            records.holder();
            records.release(lease);
        }));
        return works;
    }

    private static Map<String, Work> ofTheAdministrator() {
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("importing members", with(storage -> {
            SegmentMembers members = storage.members().orElseThrow();
            members.add("s", "1", Set.of("u"));
            members.versions("s");
            members.remove("s", "1");
        }));
        works.put("listing environments", with(Storage::environments));
        works.put("archiving", with(storage -> storage.removeEntries(1)));
        return works;
    }

    private static Map<String, Work> onACluster() {
        return Map.of("connecting", user -> {
            try (Storage storage = storage(SharedServers.clusterUrl(), ENVIRONMENT, user)) {
                storage.head();
            }
        });
    }

    private static Map<String, Work> behindSentinel() {
        Map<String, Work> works = new LinkedHashMap<>();
        works.put("connecting", user -> {
            try (Storage storage = storage(SharedServers.sentinelUrl(), ENVIRONMENT, user)) {
                storage.head();
            }
        });
        works.put("a commit that waits for a replica", user -> {
            try (Storage storage = storage(SharedServers.sentinelUrl(), ENVIRONMENT, user)) {
                RedisAclTest.commit(storage, "a", "{}", null, null);
            }
        });
        return works;
    }

    private static void report(Storage storage) {
        OutcomeStorage outcomes = storage.outcomes().orElseThrow();
        Instant window = Instant.ofEpochSecond(outcomes.now().getEpochSecond() / 10 * 10 - 10);
        outcomes.put(List.of(new OutcomeRow(
                "a", "run-1", "i1", Percentage.of(10), window, 0, 0, OutcomeRow.Arm.EMPTY, OutcomeRow.Arm.EMPTY)));
    }

    /** Commits; when it is refused on a server that can be asked before, nothing may have been written. */
    private static void commit(String user, String environment, String key, @Nullable String kill) {
        Map<String, Object> before = OneRedis.everything(server);
        try (Storage storage = storage(server.url(), environment, user)) {
            RedisAclTest.commit(storage, key, "{}", kill, null);
        } catch (NotPermittedException e) {
            if (AclUsers.isEnforcing(server)) {
                assertThat(OneRedis.everything(server)).as(e.getMessage()).isEqualTo(before);
            }
            throw e;
        }
    }

    private static Work with(OnStorage work) {
        return user -> {
            try (Storage storage = storage(server.url(), ENVIRONMENT, user)) {
                work.on(storage);
            }
        };
    }

    private static Storage storage(String url, String environment, @Nullable String user) {
        return builder(url, environment, user).storage();
    }

    private static RedisFlagStore.Builder builder(String url, String environment, @Nullable String user) {
        RedisFlagStore.Builder builder =
                RedisFlagStore.builder(url, environment).variables(Map.of());
        return user == null ? builder : builder.user(user).password(() -> AclUsers.PASSWORD);
    }
}
