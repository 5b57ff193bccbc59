package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.json.Json;
import dev.flags.model.FlagState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StorageFlagStoreTest {
    private final InMemoryStorage storage = new InMemoryStorage("production", Clock.systemUTC());
    private final FlagStore store = new StorageFlagStore(storage);

    @Test
    void aHeadThatMovesMeanwhileIsPlannedAgainWithFreshStateAndNobodyIsTold() {
        Commits.percentage(store, "a", 10);
        AtomicInteger calls = new AtomicInteger();

        CommitOutcome outcome = Commits.edit(store, "set", "a", state -> {
            if (calls.incrementAndGet() == 1) {
                Commits.kill(store, "a");
            }
            return Commits.with(
                    state, state.definition().map(definition -> definition.withEnabled(false)), state.kill());
        });

        assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
        assertThat(calls).hasValue(2);
        FlagState now = store.flag("a");
        assertThat(now.revision()).isEqualTo(3);
        assertThat(now.kill()).isPresent();
        assertThat(now.definition().orElseThrow().enabled()).isFalse();
    }

    @Test
    void aWriteThatHappenedBeforeTheConnectionWasLostIsFoundAndNotDoneTwice() {
        FlagStore cut = new StorageFlagStore(losing(true, 1));

        CommitOutcome outcome = Commits.addBucket(cut, "a");

        assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
        assertThat(((CommitOutcome.Committed) outcome).revision()).isEqualTo(1);
        assertThat(buckets()).isEqualTo(1);
        assertThat(store.head().revision()).isEqualTo(1);
    }

    @Test
    void aWriteThatDidNotHappenWhenTheConnectionWasLostIsDoneAgain() {
        FlagStore cut = new StorageFlagStore(losing(false, 3));

        assertThat(Commits.addBucket(cut, "a")).isInstanceOf(CommitOutcome.Committed.class);

        assertThat(buckets()).isEqualTo(1);
        assertThat(store.verify().intact()).isTrue();
    }

    @Test
    void aLostWriteIsRecognisedEvenWhenOthersHaveCommittedSince() {
        AtomicBoolean first = new AtomicBoolean(true);
        FlagStore cut = new StorageFlagStore(new ForwardingStorage(storage) {
            @Override
            public Attempted attempt(Planner planner) {
                Attempted ended = behind.attempt(planner);
                if (first.getAndSet(false)) {
                    Commits.addBucket(store, "a");
                    Commits.addBucket(store, "b");
                    throw new OutcomeUnknownException("the cable was pulled");
                }
                return ended;
            }
        });

        CommitOutcome.Committed outcome = (CommitOutcome.Committed) Commits.addBucket(cut, "a");

        assertThat(outcome.revision()).isEqualTo(1);
        assertThat(buckets()).isEqualTo(2);
    }

    @Test
    void unavailableIsToldAtOnce() {
        AtomicInteger attempts = new AtomicInteger();
        FlagStore down = new StorageFlagStore(new ForwardingStorage(storage) {
            @Override
            public Attempted attempt(Planner planner) {
                attempts.incrementAndGet();
                throw new StoreUnavailableException("down");
            }
        });

        assertThatThrownBy(() -> Commits.addBucket(down, "a")).isInstanceOf(StoreUnavailableException.class);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void theTimeOfAnEntryIsNeverBeforeTheEntryBeforeEvenWhenTheClockGoesBack() {
        Instant noon = Instant.parse("2026-11-21T12:00:00.123456Z");
        Deque<Instant> times = new ArrayDeque<>(List.of(noon, noon.minus(Duration.ofHours(1)), noon.plusSeconds(5)));
        InMemoryFlagStore back = new InMemoryFlagStore("production", new Clock() {
            @Override
            public Instant instant() {
                return times.pop();
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        });
        for (int i = 0; i < 3; i++) {
            Commits.addBucket(back, "a");
        }

        assertThat(back.entriesAfter(0, 10))
                .extracting(entry -> entry.at().toString())
                .containsExactly("2026-11-21T12:00:00.123Z", "2026-11-21T12:00:00.123Z", "2026-11-21T12:00:05.123Z");
        assertThat(back.flag("a").updatedAt()).isEqualTo(Instant.parse("2026-11-21T12:00:05.123Z"));
    }

    @Test
    void thePayloadHasTheDocumentedMembersInTheirOrder() {
        Commits.percentage(store, "a", 10);
        Commits.kill(store, "a");

        AuditEntry entry = store.entriesAfter(1, 1).get(0);
        Map<?, ?> payload = (Map<?, ?>) Json.parse(entry.payload());

        assertThat(payload.keySet())
                .map(String::valueOf)
                .containsExactly(
                        "schema",
                        "environment",
                        "epoch",
                        "revision",
                        "commit",
                        "at",
                        "actor",
                        "action",
                        "reason",
                        "details",
                        "keys",
                        "before",
                        "after",
                        "previousHash");
        assertThat(entry.payload())
                .startsWith("{\"schema\":1,\"environment\":\"production\",\"epoch\":\""
                        + store.head().epoch() + "\",\"revision\":2,\"commit\":\"")
                .contains("\"actor\":{\"name\":\"ada\",\"osUser\":\"ada-os\",\"host\":\"host-1\"},\"action\":\"kill\","
                        + "\"reason\":\"INC-1\",\"details\":{},\"keys\":[\"a\"],\"before\":{\"a\":{\"revision\":1,"
                        + "\"definition\":{\"schema\":1,\"key\":\"a\"")
                .endsWith(
                        "\"previousHash\":\"" + store.entriesAfter(0, 1).get(0).hash() + "\"}");
    }

    @Test
    void settingsThatCannotBeUnderstoodProtectTheEnvironment() {
        assertThat(Records.settings("not JSON").isProtected()).isTrue();
        assertThat(Records.settings("{\"protected\":\"sometimes\"}").isProtected())
                .isTrue();
        assertThat(Records.settings("{\"protected\":false,\"x\":null}").isProtected())
                .isFalse();
        assertThat(Records.settings(null)).isEqualTo(EnvironmentSettings.DEFAULT);
    }

    /** Loses the connection for some attempts, after or before the write. */
    private Storage losing(boolean written, int times) {
        AtomicInteger left = new AtomicInteger(times);
        return new ForwardingStorage(storage) {
            @Override
            public Attempted attempt(Planner planner) {
                if (left.getAndDecrement() <= 0) {
                    return behind.attempt(planner);
                }
                if (written) {
                    behind.attempt(planner);
                } else {
                    behind.attempt(view -> {
                        planner.plan(view);
                        return null;
                    });
                }
                throw new OutcomeUnknownException("the cable was pulled");
            }
        };
    }

    private int buckets() {
        return store.flag("a").definition().orElseThrow().percentage().buckets();
    }
}
