package dev.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.flags.model.Segment;
import dev.flags.source.MemorySource;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large segments as an application meets them, on a store whose members answer, hang or fail. */
@Timeout(300)
class LargeSegmentsTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final FaultyStore store = new FaultyStore();
    private final LargeSegments segments = LargeSegments.of(store.admin());
    private Flags flags;

    @BeforeEach
    void start() throws InterruptedException {
        segments.flagInSegment("beta").importing("ann", "bob");
        flags = Flags.builder().sharedLayer(store).build();
        assertThat(flags.awaitReady(LONG)).isTrue();
    }

    @AfterEach
    void end() {
        store.answer();
        flags.close();
    }

    private String membership(String user) {
        Decision in = flags.decide("beta", EvaluationContext.of(user));
        Decision out = flags.decide("not-beta", EvaluationContext.of(user));
        if (in.membershipUnknown() || out.membershipUnknown()) {
            // it may become known between the two
            assertThat(in.membershipUnknown() ? in : out)
                    .returns(Set.of("beta"), Decision::unknownSegments)
                    .returns(false, Decision::enabled);
            return "unknown";
        }
        if (in.enabled() == out.enabled()) {
            return "changed between the two";
        }
        return in.enabled() ? "in" : "out";
    }

    @Test
    void aMembershipIsUnknownUntilItIsFetchedAndThenKnown() {
        store.hang();
        assertThat(membership("ann")).isEqualTo("unknown");
        assertThat(membership("zoe")).isEqualTo("unknown");
        store.answer();
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("ann").equals("in"));
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("zoe").equals("out"));
        assertThat(flags.isEnabled("beta", "ann")).isTrue();
        assertThat(flags.isEnabled("not-beta", "zoe")).isTrue();
    }

    @Test
    void preparingFetchesAheadForThePinnedAndTheAppsOwnUsersToo() {
        assertThat(flags.prepare("ann", LONG)).isTrue();
        assertThat(flags.isEnabled("beta", "ann")).isTrue();
        FlagDecisions pin = flags.pin();
        assertThat(pin.prepare(EvaluationContext.of("zoe"), LONG)).isTrue();
        assertThat(pin.decide("not-beta", EvaluationContext.of("zoe")).enabled())
                .isTrue();
        UserFlags<String> users = flags.forUsers(user -> user);
        assertThat(users.prepare("bob", LONG)).isTrue();
        assertThat(users.isEnabled("beta", "bob")).isTrue();
        int before = store.asked();
        assertThat(flags.prepare("ann", Duration.ZERO)).isTrue();
        assertThat(store.asked()).isEqualTo(before);
    }

    @Test
    void nobodyToPrepareForIsPreparedAtOnce() {
        store.hang();
        assertThat(flags.prepare((String) null)).isTrue();
        assertThat(flags.prepare("")).isTrue();
    }

    @Test
    void aStoreThatHangsForEverDelaysNeitherADecisionNorPreparingBeyondItsBoundNorClosing() {
        store.hang();
        for (int i = 0; i < 50_000; i++) {
            assertThat(flags.isEnabled("beta", "user-" + i)).isFalse();
        }
        // a wait without its bound would run into the time-out of this class
        assertThat(flags.prepare("ann", Duration.ofMillis(30))).isFalse();
        assertThat(flags.prepare("ann", Duration.ofMillis(-1))).isFalse();
        Thread.currentThread().interrupt();
        assertThat(flags.prepare("ann", LONG)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        flags.close();
        assertThat(flags.prepare("ann", LONG)).isFalse();
        assertThat(flags.isEnabled("beta", "ann")).isFalse();
    }

    @Test
    void whileTheStoreIsDownWhatIsKnownStaysKnownAndPreparingDoesNotWait() {
        assertThat(flags.prepare("ann", LONG) && flags.prepare("zoe", LONG)).isTrue();
        store.fail();
        segments.importing("zoe");
        // asked for in the newest version, which cannot be had
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            flags.isEnabled("beta", "ann");
            return flags.membershipCounts().fetchFailures() > 2;
        });
        assertThat(membership("ann")).isEqualTo("in");
        assertThat(membership("zoe")).isEqualTo("out");
        assertThat(membership("new")).isEqualTo("unknown");
        assertThat(flags.prepare("new", LONG)).isFalse();
        assertThat(flags.prepare("ann", LONG)).isTrue();
        store.answer();
        await().atMost(Duration.ofMinutes(2))
                .until(() ->
                        membership("ann").equals("out") && membership("zoe").equals("in"));
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("new").equals("out"));
    }

    @Test
    void anImportIsPickedUpAndUntilItIsFetchedTheAnswerOfTheVersionBeforeCounts() {
        assertThat(flags.prepare("ann", LONG) && flags.prepare("zoe", LONG)).isTrue();
        store.hang();
        segments.importing("zoe");
        await().atMost(Duration.ofMinutes(2))
                .until(() -> flags.status().layers().get(0).revision()
                        == store.head().revision());
        assertThat(membership("ann")).isEqualTo("in");
        assertThat(membership("zoe")).isEqualTo("out");
        assertThat(flags.membershipCounts().stale()).isPositive();
        store.answer();
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("ann").equals("out"));
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("zoe").equals("in"));
    }

    @Test
    void preparingWaitsForTheNewestVersion() {
        assertThat(flags.prepare("ann", LONG)).isTrue();
        segments.importing("zoe");
        await().atMost(Duration.ofMinutes(2))
                .until(() -> flags.status().layers().get(0).revision()
                        == store.head().revision());
        assertThat(flags.prepare("ann", LONG)).isTrue();
        assertThat(membership("ann")).isEqualTo("out");
    }

    @Test
    void aVersionOfWhichTheStoreHasLostMembersMakesNobodyAnOutsider() {
        String version = store.segments().get("beta").members().orElseThrow().version();
        store.behind().remove("beta", version);
        store.behind().add("beta", version, List.of("ann"));
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("ann").equals("in"));
        assertThat(flags.prepare("zoe", Duration.ofMillis(200))).isFalse();
        assertThat(membership("zoe")).isEqualTo("unknown");
        await().atMost(Duration.ofMinutes(2))
                .until(() -> flags.status().problems().stream()
                        .anyMatch(problem -> problem.path().equals("segments/beta")
                                && problem.message().contains("of which the store holds 1")));
        segments.importing("ann", "bob");
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("zoe").equals("out"));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> flags.status().problems().isEmpty());
    }

    @Test
    void aSegmentThatIsRemovedTakesWhatWasWrongWithItAlong() {
        String version = store.segments().get("beta").members().orElseThrow().version();
        store.behind().remove("beta", version);
        await().atMost(LONG).until(() -> {
            flags.prepare("zoe", Duration.ofMillis(200));
            return isWrong("segments/beta");
        });
        store.admin()
                .commit(new Commit(
                        Actor.local("ann"),
                        "remove",
                        "",
                        Map.of(),
                        found -> new Commit.Write(Map.of(), Map.of("beta", Optional.empty()), Optional.empty())));
        await().atMost(LONG).until(() -> !isWrong("segments/beta"));
    }

    private boolean isWrong(String path) {
        return flags.status().problems().stream()
                .anyMatch(problem -> problem.path().equals(path));
    }

    @Test
    void whatIsKnownIsFetchedAgainAfterAWhileInTheBackground() {
        flags.close();
        flags = Flags.builder()
                .sharedLayer(store)
                .membershipRefresh(Duration.ofMillis(20))
                .build();
        assertThat(flags.prepare("zoe", LONG)).isTrue();
        assertThat(membership("zoe")).isEqualTo("out");
        store.behind()
                .add(
                        "beta",
                        store.segments().get("beta").members().orElseThrow().version(),
                        List.of("zoe"));
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("zoe").equals("in"));
    }

    @Test
    void whatIsFreshIsNotFetchedAgain() {
        assertThat(flags.prepare("ann", LONG)).isTrue();
        int before = store.asked();
        for (int i = 0; i < 10_000; i++) {
            assertThat(flags.isEnabled("beta", "ann")).isTrue();
        }
        assertThat(flags.prepare("zoe", LONG)).isTrue();
        assertThat(store.asked()).isEqualTo(before + 1);
    }

    @Test
    void askingForAKnownMembershipAllocatesNextToNothing() {
        assertThat(flags.prepare("ann", LONG) && flags.prepare("zoe", LONG)).isTrue();
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        double least = Double.MAX_VALUE;
        // until the compiler has done its work, which nothing else tells
        for (int run = 0; run < 300 && least >= 1; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100_000; i++) {
                flags.isEnabled("beta", (i & 1) == 0 ? "ann" : "zoe");
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / 100_000.0);
        }
        assertThat(least).isLessThan(1);
    }

    @Test
    void theCacheIsBounded() {
        flags.close();
        flags = Flags.builder().sharedLayer(store).membershipCacheSize(100).build();
        for (int i = 0; i < 5_000; i++) {
            flags.isEnabled("beta", "user-" + i);
        }
        // what is fetched together with many others may be the first to go again
        await().atMost(Duration.ofMinutes(2)).until(() -> flags.prepare("ann", LONG));
        await().atMost(Duration.ofMinutes(2))
                .until(() -> flags.membershipCounts().cached() <= 100);
        assertThatThrownBy(() -> Flags.builder().membershipCacheSize(0)).isInstanceOf(FlagsException.class);
        assertThatThrownBy(() -> Flags.builder().membershipRefresh(Duration.ZERO))
                .isInstanceOf(FlagsException.class);
    }

    @Test
    void excludedAndListedKeysComeBeforeImportedOnesAndRulesAfter() {
        segments.applying("{'segments':[{'name':'beta','keys':['zoe'],'excluded':['bob'],"
                + "'rules':[[{'attribute':'plan','operator':'in','values':['pro']}]]}]}");
        await().atMost(Duration.ofMinutes(2)).until(() -> membership("zoe").equals("in"));
        assertThat(membership("bob")).isEqualTo("out");
        assertThat(flags.prepare("ann", LONG) && flags.prepare("eve", LONG)).isTrue();
        assertThat(membership("ann")).isEqualTo("in");
        EvaluationContext pro =
                EvaluationContext.builder("eve").attribute("plan", "pro").build();
        assertThat(flags.isEnabled("beta", pro)).isTrue();
        store.hang();
        // whoever a rule lets in need not be known
        EvaluationContext other =
                EvaluationContext.builder("new").attribute("plan", "pro").build();
        assertThat(flags.decide("beta", other).enabled()).isTrue();
        assertThat(flags.decide("beta", other).membershipUnknown()).isFalse();
    }

    @Test
    void withoutATargetingKeyAMembershipMatchesNeitherWayAndNothingIsFetched() {
        assertThat(flags.decide("beta", EvaluationContext.anonymous()).enabled())
                .isFalse();
        assertThat(flags.decide("not-beta", EvaluationContext.anonymous()).enabled())
                .isFalse();
        assertThat(store.asked()).isZero();
    }

    @Test
    void theExplanationNamesTheSegmentAlsoWhereItIsPartOfAnother() {
        segments.applying("{'segments':[{'name':'wide','rules':[[{'segment':'beta'}]]}]}")
                .flagInSegment("wide");
        await().atMost(Duration.ofMinutes(2))
                .until(() -> flags.decide("wide", EvaluationContext.anonymous()).reason() != Reason.FLAG_NOT_FOUND);
        store.hang();
        Explanation explanation = flags.explain("wide", EvaluationContext.of("ann"));
        assertThat(explanation.decision().unknownSegments()).containsExactly("beta");
        assertThat(explanation.toString())
                .contains("in segment wide: no match, membership of the large segment beta is not known yet");
        assertThat(flags.all(EvaluationContext.of("ann")).get("not-wide").unknownSegments())
                .containsExactly("beta");
    }

    @Test
    void aPrerequisiteThatAsksForAnUnknownMembershipIsToldToo() {
        segments.applying("{'flags':[{'key':'needs','percentage':100,'prerequisites':[{'flag':'beta'}]}]}");
        await().atMost(Duration.ofMinutes(2))
                .until(() -> flags.decide("needs", EvaluationContext.of("x")).reason() == Reason.PREREQUISITE_FAILED);
        store.hang();
        assertThat(flags.decide("needs", EvaluationContext.of("y")).unknownSegments())
                .containsExactly("beta");
    }

    @Test
    void theFirstLayerThatDefinesTheSegmentDecidesWhoIsAsked() {
        MemorySource above = new MemorySource("above");
        above.set(new Segment("beta", "", Set.of("zoe"), Set.of(), List.of(), Map.of()));
        try (Flags layered = Flags.builder().layer(above).sharedLayer(store).build()) {
            assertThat(layered.isEnabled("beta", "zoe")).isTrue();
            assertThat(layered.decide("beta", EvaluationContext.of("ann")).membershipUnknown())
                    .isFalse();
            above.set(store.segments().get("beta"));
            assertThat(layered.decide("beta", EvaluationContext.of("ann")).membershipUnknown())
                    .isTrue();
            assertThat(layered.status().problems().toString()).contains("keeps none");
        }
        assertThat(store.asked()).isZero();
    }

    @Test
    void testFlagsWithoutLargeSegmentsAreAlwaysPrepared() {
        try (Flags fixed = Flags.fixed(java.util.Map.of("a", true))) {
            assertThat(fixed.prepare("ann")).isTrue();
            assertThat(fixed.membershipCounts()).isEqualTo(MembershipCounts.NONE);
        }
    }

    @Test
    void theFetchingThreadEndsWithTheFlags() {
        assertThat(flags.prepare("ann", LONG)).isTrue();
        assertThat(fetchers()).isNotEmpty().allMatch(Thread::isDaemon);
        flags.close();
        await().atMost(Duration.ofMinutes(2)).until(() -> fetchers().isEmpty());
    }

    private static List<Thread> fetchers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("flags-members-memory") && thread.isAlive())
                .toList();
    }

    @Test
    void requestsAreThereOnceAndWhereThereIsNoPlaceTheyAreDropped() {
        MembershipRequests requests = new MembershipRequests();
        LargeSegment segment = new LargeSegment(
                "beta", 0, store.segments().get("beta").members().orElseThrow());
        assertThat(requests.offer(segment, "ann")).isTrue();
        assertThat(requests.offer(segment, "ann")).isFalse();
        int taken = 0;
        for (int i = 0; i < 200_000; i++) {
            taken += requests.offer(segment, "user-" + i) ? 1 : 0;
        }
        assertThat(taken).isBetween(10_000, 1 << 14);
        int[] drained = {0};
        for (int round = 0; requests.isPending(); round++) {
            assertThat(round).isLessThan(100);
            requests.drain(2_000, request -> drained[0]++);
        }
        assertThat(drained[0]).isEqualTo(taken + 1);
        assertThat(requests.offer(segment, "ann")).isTrue();
    }
}
