package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.servers.Line;
import dev.flags.servers.RedisServer;
import dev.flags.store.AuditChain;
import dev.flags.store.Finding;
import dev.flags.store.Head;
import dev.flags.store.OutcomeUnknownException;
import dev.flags.store.Storage.Append;
import dev.flags.store.Storage.Attempted;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import dev.flags.store.StoredState;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class RedisCommitTest extends OneRedis {

    @Test
    void nothingIsStoredBeforeTheFirstCommitWhichMakesTheEpoch() {
        RedisStorage storage = storage();

        assertThat(storage.head()).isEqualTo(new Head("", 0, AuditChain.ROOT));
        assertThat(storage.load().head()).isEqualTo(new Head("", 0, AuditChain.ROOT));
        assertThat(everything()).isEmpty();

        storage.attempt(touching("a"));
        assertThat(storage.head().epoch()).isNotBlank();
        assertThat(storage.head().revision()).isEqualTo(1);
        assertThat(everything()).containsOnlyKeys(BASE + "meta", BASE + "log", BASE + "flags", BASE + "history:a");
        assertThat(SERVER.call("XLEN", BASE + "log")).isEqualTo(1L);
        assertThat(SERVER.call("XRANGE", BASE + "log", "1-0", "1-0").toString()).contains("previousHash");
    }

    @Test
    void anAppendOnAHeadThatMovedWritesNothing() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));

        Attempted ended = storage.attempt(view -> {
            storage("production").attempt(touching("b"));
            return touching("a").plan(view);
        });

        assertThat(ended).isEqualTo(new Attempted.HeadMoved());
        assertThat(storage.head().revision()).isEqualTo(2);
    }

    @Test
    void ofTwoFirstCommitsOneIsWritten() {
        RedisStorage storage = storage();

        Attempted ended = storage.attempt(view -> {
            storage("production").attempt(touching("b"));
            return touching("a").plan(view);
        });

        assertThat(ended).isEqualTo(new Attempted.HeadMoved());
        assertThat(storage.head().revision()).isEqualTo(1);
        assertThat(storage.flag("a")).isNull();
    }

    @Test
    void aPlanThatComesToNothingCountsOnlyWhileTheHeadIsThePlannedOne() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));

        Attempted ended = storage.attempt(view -> {
            storage("production").attempt(touching("a"));
            return null;
        });

        assertThat(ended).isEqualTo(new Attempted.HeadMoved());
        assertThat(storage.attempt(view -> null)).isEqualTo(new Attempted.Done());
    }

    @ParameterizedTest
    @CsvSource({
        "meta, string, hash",
        "log, list, stream",
        "flags, set, hash",
        "kills, string, hash",
        "rollouts, zset, hash",
        "segments, list, hash",
        "history:a, string, zset"
    })
    void aKeyOfAnotherProgramIsNamedAndNothingIsWritten(String name, String found, String expected) {
        String key = BASE + name;
        switch (found) {
            case "string" -> SERVER.call("SET", key, "theirs");
            case "list" -> SERVER.call("RPUSH", key, "theirs");
            case "set" -> SERVER.call("SADD", key, "theirs");
            default -> SERVER.call("ZADD", key, "1", "theirs");
        }
        Map<String, Object> before = everything();

        assertThatThrownBy(() -> storage().attempt(touching("a")))
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContainingAll(key, "is a " + found, "a " + expected);
        assertThat(everything()).isEqualTo(before);
        if (!name.startsWith("history")) {
            assertThatThrownBy(() -> storage().load())
                    .isInstanceOf(StoreDamagedException.class)
                    .hasMessageContainingAll(key, "is a " + found, "a " + expected);
        }
    }

    @Test
    void aHashOfAnotherProgramUnderTheNameOfMetaIsNotTakenForAnEmptyEnvironment() {
        SERVER.call("HSET", BASE + "meta", "owner", "someone");
        Map<String, Object> before = everything();

        assertThatThrownBy(() -> storage().attempt(touching("a")))
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining(BASE + "meta");
        assertThatThrownBy(() -> storage().head()).isInstanceOf(StoreDamagedException.class);
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void aStoreOfANewerVersionIsLeftAlone() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));
        SERVER.call("HSET", BASE + "meta", "schema", "2");
        Map<String, Object> before = everything();

        for (Runnable use : List.<Runnable>of(
                storage::head, storage::load, () -> storage.attempt(touching("a")), () -> storage.attempt(v -> null))) {
            assertThatThrownBy(use::run)
                    .isInstanceOf(StoreDamagedException.class)
                    .hasMessageContainingAll("newer version", "schema 2");
        }
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void theScriptItselfRefusesASchemaThatBecameNewerMeanwhile() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));

        assertThatThrownBy(() -> storage.attempt(view -> {
                    SERVER.call("HSET", BASE + "meta", "schema", "2");
                    return touching("a").plan(view);
                }))
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("newer version");
        assertThat(SERVER.call("XLEN", BASE + "log")).isEqualTo(1L);
    }

    @Test
    void aServerWithoutMemoryRefusesTheWholeCommitAndGoesOnReading() {
        RedisStorage storage = storage();
        storage.attempt(killing("a"));
        Map<String, Object> before = everything();
        SERVER.call("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThatThrownBy(() -> storage.attempt(touching("a", "b")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .isNotInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContainingAll("maxmemory", "nothing was written");
            assertThat(everything()).isEqualTo(before);
            assertThat(storage.load().flags()).hasSize(1);
        } finally {
            SERVER.call("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(storage.attempt(touching("a"))).isInstanceOf(Attempted.Done.class);
    }

    @Test
    void aReplicaRefusesTheWholeCommit() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));
        Map<String, Object> before = everything();
        SERVER.call("REPLICAOF", "127.0.0.1", "1");
        try {
            assertThatThrownBy(() -> storage.attempt(touching("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .isNotInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("replica");
            assertThat(everything()).isEqualTo(before);
        } finally {
            SERVER.call("REPLICAOF", "NO", "ONE");
        }
        storage.attempt(touching("a"));
        assertThat(storage.head().revision()).isEqualTo(2);
    }

    @Test
    void aServerThatCannotSaveToItsDiskRefusesTheWholeCommit() throws Exception {
        try (RedisServer full = RedisServer.binary()) {
            full.call("CONFIG", "SET", "save", "3600 1000000");
            RedisStorage storage =
                    closing(RedisFlagStore.builder(full.url(), "production").storage());
            storage.attempt(touching("a"));
            // a directory in the place of the file that it wants to write
            Object file = ((List<?>) full.call("CONFIG", "GET", "dbfilename")).get(1);
            Files.createDirectories(full.directory().resolve(file + "/in-the-way"));
            full.call("BGSAVE");
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() ->
                            String.valueOf(full.call("INFO", "persistence")).contains("rdb_last_bgsave_status:err"));

            assertThatThrownBy(() -> storage.attempt(touching("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContainingAll("disk", "nothing was written");
            assertThat(storage.head().revision()).isEqualTo(1);
            assertThat(storage.load().flags()).hasSize(1);
            assertThat(storage.examine())
                    .anyMatch(finding ->
                            finding.subject().equals("persistence") && finding.verdict() == Finding.Verdict.FAIL);
        }
    }

    @Test
    void tooFewReplicasRefuseTheWholeCommit() {
        RedisStorage storage = storage();
        SERVER.call("CONFIG", "SET", "min-replicas-to-write", "1");
        try {
            assertThatThrownBy(() -> storage.attempt(touching("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("min-replicas-to-write");
            assertThat(everything()).isEmpty();
        } finally {
            SERVER.call("CONFIG", "SET", "min-replicas-to-write", "0");
        }
    }

    @Test
    void aServerThatHasForgottenTheScriptIsGivenItAgain() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));
        SERVER.call("SCRIPT", "FLUSH");

        storage.attempt(touching("a"));

        assertThat(storage.head().revision()).isEqualTo(2);
    }

    @Test
    void aConnectionLostInMidCommitLeavesTheOutcomeOpenWhetherItWasWrittenOrNot() {
        try (Line line = Line.to(SERVER)) {
            RedisStorage storage = closing(RedisFlagStore.builder("redis://127.0.0.1:" + line.port(), "production")
                    .storage());
            storage.attempt(touching("a"));

            line.resetOn("EVALSHA", true);
            assertThatThrownBy(() -> storage.attempt(touching("a"))).isInstanceOf(OutcomeUnknownException.class);
            assertThat(storage.head().revision()).isEqualTo(2);

            line.resetOn("EVALSHA", false);
            assertThatThrownBy(() -> storage.attempt(touching("a"))).isInstanceOf(OutcomeUnknownException.class);
            assertThat(storage.head().revision()).isEqualTo(2);
            assertThat(line.isTrapSet()).isFalse();
        }
    }

    @Test
    void aConnectionLostBeforeTheCommitIsSentIsMadeAgainAndTheCommitIsWrittenOnce() {
        try (Line line = Line.to(SERVER)) {
            RedisStorage storage = closing(RedisFlagStore.builder("redis://127.0.0.1:" + line.port(), "production")
                    .storage());
            storage.attempt(touching("a"));
            line.reset();

            storage.attempt(touching("a"));

            assertThat(storage.head().revision()).isEqualTo(2);
            line.refuse();
            assertThatThrownBy(() -> storage.attempt(touching("a")))
                    .isInstanceOf(StoreUnavailableException.class)
                    .isNotInstanceOf(OutcomeUnknownException.class);
        }
    }

    @Test
    void aReplacingCommitOfTenThousandFlagsIsOneCommit() {
        RedisStorage storage = storage();
        storage.attempt(killing("old"));
        storage.attempt(touching("older"));
        String filler = "x".repeat(500);

        Attempted ended = storage.attempt(view -> {
            List<StoredFlag> flags = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                flags.add(new StoredFlag(
                        "flag-" + i, 100, "{\"d\":\"" + filler + i + "\"}", null, null, view.now(), "ada"));
            }
            String payload = "{\"flags\":\"" + filler.repeat(20_000) + "\"}";
            return new Append(
                    "another-epoch",
                    new StoredEntry(100, payload, AuditChain.hash(payload)),
                    flags.stream().map(StoredFlag::key).collect(Collectors.toSet()),
                    flags,
                    List.of(new StoredSegment("staff", 100, "{}")),
                    "{\"protected\":true}",
                    true);
        });

        assertThat(ended).isInstanceOf(Attempted.Done.class);
        StoredState state = storage.load();
        assertThat(state.head().revision()).isEqualTo(100);
        assertThat(state.head().epoch()).isEqualTo("another-epoch");
        assertThat(state.flags()).hasSize(10_000);
        assertThat(state.missing()).isEmpty();
        assertThat(state.settings()).isEqualTo("{\"protected\":true}");
        assertThat(storage.flag("old")).isNull();
        assertThat(storage.entriesBefore(Long.MAX_VALUE, 10, Optional.of("flag-9999")))
                .hasSize(1);
        storage.attempt(touching("flag-1"));
        assertThat(storage.head().revision()).isEqualTo(101);
    }

    @Test
    void whatACommitWritesIsReadBackByteForByte() {
        RedisStorage storage = storage();
        String text = "{ \"key\" :\t\"a\", \"s\":\"Straße 東京 🚩 \\u0007 \\\",\\\"definition\\\":\" }";
        String actor = "ada \"the\" \\ first\n,\"definition\":{}";
        Instant at = Instant.parse("2026-11-21T11:15:00.123456Z");
        StoredFlag flag = new StoredFlag("a", 1, text, "", "-", at, actor);

        storage.attempt(view -> append(view, List.of(flag), List.of(new StoredSegment("s", 1, null)), null));

        assertThat(storage.flag("a")).isEqualTo(flag);
        assertThat(storage.load().flags()).containsExactly(flag);
        assertThat(storage.load().segments()).containsExactly(new StoredSegment("s", 1, null));
        assertThat(storage.load().missing()).isEmpty();
    }

    @Test
    void twoEnvironmentsAndTwoPrefixesOnOneServerDoNotMeet() {
        storage("production").attempt(touching("a"));
        storage("staging").attempt(touching("b"));
        RedisStorage other = closing(RedisFlagStore.builder(SERVER.url(), "production")
                .prefix("other")
                .storage());
        other.attempt(touching("c"));
        SERVER.call("SET", "flags:{bad name}:meta", "theirs");
        SERVER.call("SET", "flags:{x}{y}:meta", "theirs");
        SERVER.call("SET", "flags:queue", "theirs");

        assertThat(storage("production").load().flags())
                .extracting(StoredFlag::key)
                .containsExactly("a");
        assertThat(other.load().flags()).extracting(StoredFlag::key).containsExactly("c");
        assertThat(storage().environments()).containsExactly("production", "staging");
        assertThat(other.environments()).containsExactly("production");
    }

    @Test
    void aWaitForAReplicaConfirmsOrSaysThatNoneDid() {
        try (RedisServer replica = RedisServer.binary()) {
            replica.call("REPLICAOF", SERVER.host(), String.valueOf(SERVER.port()));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .until(() ->
                            String.valueOf(SERVER.call("INFO", "replication")).contains("state=online"));
            RedisStorage storage = storage();

            assertThat(storage.attempt(touching("a"))).isEqualTo(new Attempted.Done());

            replica.pause();
            try {
                assertThat(storage.attempt(killing("a")))
                        .isInstanceOfSatisfying(
                                Attempted.Done.class,
                                done -> assertThat(done.caveat())
                                        .hasValueSatisfying(
                                                caveat -> assertThat(caveat).contains("none of 1 replicas")));
            } finally {
                replica.resume();
            }
            assertThat(storage.head().revision()).isEqualTo(2);
        }
    }

    @Test
    void theLogStaysInStepWhenItsLastEntriesWereDeletedByHand() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));
        storage.attempt(touching("b"));
        SERVER.call("XADD", BASE + "log", "7-0", "payload", "theirs");
        SERVER.call("XDEL", BASE + "log", "7-0");

        assertThat(storage.attempt(killing("a"))).isInstanceOf(Attempted.Done.class);

        assertThat(storage.head().revision()).isEqualTo(8);
        assertThat(storage.flag("a").kill()).isNotNull();
    }

    @Test
    void aLogThatIsAheadOfTheHeadRecordIsContinued() {
        RedisStorage storage = storage();
        storage.attempt(touching("a"));
        SERVER.call("XADD", BASE + "log", "4-0", "payload", "theirs", "hash", "abc");

        assertThat(storage.head().revision()).isEqualTo(4);
        assertThat(storage.load().head()).isEqualTo(storage.head());
        assertThat(storage.attempt(killing("a"))).isInstanceOf(Attempted.Done.class);
        assertThat(storage.head().revision()).isEqualTo(5);
    }

    @Test
    void manyKeysAreTouchedByOneCommitAndFoundInEachHistory() {
        RedisStorage storage = storage();
        String[] keys = IntStream.range(0, 300).mapToObj(i -> "f" + i).toArray(String[]::new);
        storage.attempt(touching(keys));
        storage.attempt(touching("f7"));

        assertThat(storage.entriesBefore(Long.MAX_VALUE, 10, Optional.of("f7")))
                .extracting(StoredEntry::revision)
                .containsExactly(2L, 1L);
        assertThat(storage.entriesBefore(2, 10, Optional.of("f7")))
                .extracting(StoredEntry::revision)
                .containsExactly(1L);
        assertThat(storage.load().flags().stream().map(StoredFlag::key).collect(Collectors.toSet()))
                .isEqualTo(Set.of(keys));
    }
}
