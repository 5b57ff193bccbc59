package dev.flags.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.FlagsException;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.Feed;
import dev.flags.store.Finding;
import dev.flags.store.Finding.Verdict;
import dev.flags.store.Head;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that are evicted, deleted, or written by hand. */
@Timeout(300)
class RedisLossTest extends OneRedis {

    private RedisStorage filled() {
        RedisStorage storage = storage();
        storage.attempt(view -> append(
                view,
                List.of(
                        flag(view, "a", "{\"reason\":\"x\"}"),
                        new StoredFlag("b", 1, "{}", null, "{\"run\":1}", view.now(), "ada")),
                List.of(new dev.flags.store.StoredSegment("staff", 1, "{}")),
                "{\"protected\":true}"));
        storage.attempt(touching("c"));
        return storage;
    }

    @ParameterizedTest
    @ValueSource(strings = {"flags", "kills", "rollouts", "segments"})
    void aHashThatWasEvictedIsMissedAndAKillStillGoesThrough(String name) {
        RedisStorage storage = filled();
        Head head = storage.head();
        assertThat(storage.load().missing()).isEmpty();
        SERVER.call("DEL", BASE + name);

        StoredState state = storage.load();
        assertThat(state.missing()).hasValueSatisfying(gone -> assertThat(gone).contains(name));
        assertThat(state.head()).isEqualTo(head);
        assertThat(verdict(storage, "environment")).isEqualTo(Verdict.FAIL);

        storage.attempt(killing("c"));
        assertThat(storage.flag("c").kill()).isNotNull();
        assertThat(storage.load().missing()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"flags", "kills", "rollouts", "segments"})
    void whoeverWaitsIsToldOfAHashThatWasEvicted(String name) throws InterruptedException {
        RedisStorage storage = filled();
        Head head = storage.head();
        try (Feed feed = storage.feed()) {
            assertThat(feed.await(head, Duration.ofMillis(1))).isEqualTo(new Feed.Awaited.Unchanged());
            SERVER.call("DEL", BASE + name);

            assertThat(feed.await(head, Duration.ofMillis(1))).isEqualTo(new Feed.Awaited.Lost());
        }
    }

    @Test
    void aKillIsFoundEvenWhereItsFlagIsGone() {
        RedisStorage storage = filled();
        SERVER.call("DEL", BASE + "flags");

        StoredFlag left = storage.flag("a");
        assertThat(left.kill()).isNotNull();
        assertThat(left.definition()).isNull();
        assertThat(storage.load().flags()).extracting(StoredFlag::key).containsExactly("a", "b");
    }

    @Test
    void aFlagThatOnlyTheHistoryKnowsAnyMoreCanBeKilled() {
        FlagAdmin admin = new FlagAdmin(new StorageFlagStore(storage()), Actor.local("ada"));
        admin.create(FlagDefinition.builder("a").build(), WriteOptions.DEFAULT);
        SERVER.call("DEL", BASE + "flags");

        assertThat(admin.kill(new KillScope.Keys(List.of("a", "misspelt"), false), WriteOptions.because("INC-431")))
                .isInstanceOfSatisfying(
                        WriteOutcome.Done.class,
                        done -> assertThat(done.unknownKeys()).containsExactly("misspelt"));

        assertThat(storage().flag("a").kill()).contains("INC-431");
    }

    @Test
    void aLogThatWasEvictedLeavesTheHeadAndTheNextEntryFollowsOnIt() {
        RedisStorage storage = filled();
        Head head = storage.head();
        SERVER.call("DEL", BASE + "log");

        assertThat(storage.head()).isEqualTo(head);
        assertThat(storage.load().missing()).isEmpty();
        assertThat(verdict(storage, "log")).isEqualTo(Verdict.FAIL);
        assertThat(storage.entriesBefore(Long.MAX_VALUE, 10, Optional.of("a"))).isEmpty();

        storage.attempt(touching("a"));
        assertThat(storage.entriesAfter(0, 10)).singleElement().satisfies(entry -> {
            assertThat(entry.revision()).isEqualTo(3);
            assertThat(entry.payload()).contains(head.hash());
        });
    }

    @Test
    void aHeadRecordThatWasEvictedIsTakenFromTheLogAndWrittenAgainByTheNextCommit() {
        RedisStorage storage = filled();
        Head head = storage.head();
        SERVER.call("DEL", BASE + "meta");

        assertThat(storage.head()).isEqualTo(head);
        StoredState state = storage.load();
        assertThat(state.head()).isEqualTo(head);
        assertThat(state.settings()).isEqualTo("{\"protected\":true}");
        assertThat(state.missing()).isEmpty();
        assertThat(verdict(storage, "environment")).isEqualTo(Verdict.WARN);

        storage.attempt(touching("a"));
        assertThat(storage.head().epoch()).isEqualTo(head.epoch());
        assertThat(storage.head().revision()).isEqualTo(3);
        assertThat(storage.load().settings()).isEqualTo("{\"protected\":true}");
        assertThat(SERVER.call("HGET", BASE + "meta", "flags")).isEqualTo("3");
        assertThat(SERVER.call("HGET", BASE + "meta", "schema")).isEqualTo("1");
        assertThat(verdicts(storage)).doesNotContain(Verdict.FAIL);
    }

    @Test
    void headRecordAndLogGoneIsAnEnvironmentWithoutHistoryThatStillHasItsFlags() {
        RedisStorage storage = filled();
        SERVER.call("DEL", BASE + "meta", BASE + "log");

        assertThat(storage.head().revision()).isZero();
        assertThat(storage.load().flags()).hasSize(3);
        assertThat(verdict(storage, "environment")).isEqualTo(Verdict.FAIL);
        storage.attempt(killing("a"));
        assertThat(storage.head().revision()).isEqualTo(1);
    }

    @Test
    void aDocumentThatSomethingElseHasWrittenIsOneMalformedFlagWhichCanBeKilledAndSet() {
        StorageFlagStore store = closing(new StorageFlagStore(storage()));
        put(store, "good");
        SERVER.call("HSET", BASE + "flags", "by-hand", FlagJson.write(definition("by-hand")));
        SERVER.call("HSET", BASE + "flags", "half", "{\"revision\":1,\"updatedAt\":\"2026-11-21T11:15:00Z\",\"upda");
        SERVER.call("HSET", BASE + "flags", "noise", "\u0000\u0001 not JSON");
        SERVER.call(
                "HSET",
                BASE + "flags",
                "newer",
                "{\"revision\":1,\"updatedAt\":\"2026-11-21T11:15:00Z\",\"updatedBy\":\"ada\","
                        + "\"definition\":{\"schema\":9,\"key\":\"newer\"}}");
        SERVER.call("HSET", BASE + "segments", "half", "{\"revi");

        assertThat(store.flags())
                .extracting(FlagState::key)
                .containsExactly("by-hand", "good", "half", "newer", "noise");
        assertThat(store.flag("good").isMalformed()).isFalse();
        assertThat(store.load().missing()).isEmpty();
        for (String key : List.of("by-hand", "half", "newer", "noise")) {
            assertThat(store.flag(key).isMalformed()).as(key).isTrue();
            store.commit(new Commit(
                    new Actor("ada", "", ""),
                    "kill",
                    "INC-431",
                    Map.of(),
                    found -> Commit.Write.flags(Map.of(key, killed(found.flag(key))))));
            assertThat(store.flag(key).kill()).as(key).isPresent();
            assertThat(store.flag(key).isMalformed()).as(key).isTrue();
            put(store, key);
            assertThat(store.flag(key).isMalformed()).as(key).isFalse();
        }
        assertThat(store.verify().intact()).isTrue();
        assertThat(store.settings()).isEqualTo(EnvironmentSettings.DEFAULT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a{b}", "{a}", "a}b", "ü", "a:b", "*"})
    void anEnvironmentWhoseNameWouldScatterItsKeysIsRefused(String name) {
        Assertions.assertThatThrownBy(() -> RedisFlagStore.open(SERVER.url(), name))
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("environment");
        Assertions.assertThatThrownBy(() -> RedisFlagStore.builder(SERVER.url(), "production")
                        .prefix(name)
                        .open())
                .isInstanceOf(FlagsException.class)
                .hasMessageContaining("prefix");
    }

    @Test
    void anExaminationTellsOfEvictionPersistenceAndVersion() {
        RedisStorage storage = filled();
        SERVER.call("CONFIG", "SET", "save", "");
        SERVER.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        SERVER.call("CONFIG", "SET", "maxmemory", "1gb");
        try {
            assertThat(verdict(storage, "maxmemory-policy")).isEqualTo(Verdict.FAIL);
            assertThat(verdict(storage, "persistence")).isEqualTo(Verdict.FAIL);
            assertThat(verdict(storage, "version"))
                    .isEqualTo(SERVER.version().startsWith("6.") ? Verdict.WARN : Verdict.OK);
            assertThat(verdict(storage, "log")).isEqualTo(Verdict.OK);
            assertThat(verdict(storage, "memory")).isEqualTo(Verdict.OK);
            assertThat(everything()).hasSize(9);
        } finally {
            SERVER.call("CONFIG", "SET", "maxmemory", "0");
            SERVER.call("CONFIG", "SET", "maxmemory-policy", "noeviction");
        }
        assertThat(verdict(storage, "maxmemory-policy")).isEqualTo(Verdict.OK);
    }

    @Test
    void anExaminationThatMayNotAskSaysSo() {
        filled();
        SERVER.call("ACL", "SETUSER", "blind", "reset", "on", ">secret", "+@all", "-@dangerous", "-config", "~*", "&*");
        SERVER.call("ACL", "SETUSER", "blind", "-info", "-memory");
        try {
            RedisStorage storage = closing(RedisFlagStore.builder(SERVER.url(), "production")
                    .user("blind")
                    .password(() -> "secret")
                    .storage());

            assertThat(storage.examine())
                    .anySatisfy(finding -> assertThat(finding.text()).contains("INFO is not permitted"));
            assertThat(verdicts(storage)).doesNotContain(Verdict.FAIL);
            assertThat(storage.attempt(killing("a")).toString()).contains("INFO");
        } finally {
            SERVER.call("ACL", "DELUSER", "blind");
        }
    }

    private static void put(StorageFlagStore store, String key) {
        store.commit(new Commit(
                new Actor("ada", "", ""),
                "set",
                "",
                Map.of(),
                found -> Commit.Write.flags(Map.of(
                        key,
                        new FlagState(
                                key,
                                found.flag(key).revision(),
                                Optional.of(definition(key)),
                                found.flag(key).kill(),
                                Optional.empty(),
                                found.now(),
                                "ada",
                                List.of())))));
    }

    private static FlagDefinition definition(String key) {
        return FlagDefinition.builder(key).build();
    }

    private static FlagState killed(FlagState state) {
        return new FlagState(
                state.key(),
                state.revision(),
                state.definition(),
                Optional.of(new dev.flags.model.KillLatch(state.updatedAt(), "ada", "INC-431", false, Map.of())),
                state.rollout(),
                state.updatedAt(),
                state.updatedBy(),
                state.problems());
    }

    private static Verdict verdict(RedisStorage storage, String subject) {
        return storage.examine().stream()
                .filter(finding -> finding.subject().equals(subject))
                .findFirst()
                .orElseThrow()
                .verdict();
    }

    private static List<Verdict> verdicts(RedisStorage storage) {
        return storage.examine().stream()
                .filter(finding -> !finding.subject().equals("persistence"))
                .map(Finding::verdict)
                .toList();
    }
}
