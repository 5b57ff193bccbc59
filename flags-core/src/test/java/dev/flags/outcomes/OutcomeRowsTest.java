package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.Flags;
import dev.flags.evaluation.Snapshot;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutcomeRowsTest {
    private final Climb climb = new Climb();
    private final UserHash hash = new UserHash("run-1");

    @BeforeEach
    void begin() {
        climb.recorder(BreakerPolicy.never());
    }

    private void call(String user, boolean fails) {
        climb.choose(user)
                .whenOn(() -> path(fails))
                .whenOff(() -> path(fails))
                .fallBackOnFailure(IllegalStateException.class)
                .call();
    }

    private void ends(String user, boolean fails) {
        Observation call = climb.choose(user).observe();
        if (fails) {
            call.failure(new IllegalStateException());
        } else {
            call.success();
        }
    }

    private static String path(boolean fails) {
        if (fails) {
            throw new IllegalStateException();
        }
        return "well";
    }

    private boolean isTreated(String user) {
        return climb.snapshot()
                .flag(Climb.KEY)
                .decide(user, null, (nobody, name) -> null)
                .enabled();
    }

    private OutcomeRow onlyRow() {
        assertThat(climb.rows()).hasSize(1);
        return climb.rows().get(0);
    }

    private static List<String> users(int count) {
        return IntStream.range(0, count).mapToObj(i -> "user-" + i).toList();
    }

    @Nested
    class OfAWindow {
        @Test
        void countUsersOnceAndCallsEachTimeByArm() {
            climb.serve(50, Climb.run());
            users(100).forEach(user -> {
                ends(user, false);
                ends(user, user.endsWith("7"));
            });
            climb.nextWindow();
            OutcomeRow row = onlyRow();
            long treated =
                    users(100).stream().filter(OutcomeRowsTest.this::isTreated).count();
            assertThat(row.treatment().users()).isEqualTo(treated);
            assertThat(row.control().users()).isEqualTo(100 - treated);
            assertThat(row.treatment().calls() + row.control().calls()).isEqualTo(200);
            assertThat(row.treatment().failures() + row.control().failures()).isEqualTo(10);
            assertThat(LongStream.concat(row.treatment().failedUsers().stream(), row.control().failedUsers().stream())
                            .boxed())
                    .containsExactlyInAnyOrderElementsOf(users(100).stream()
                            .filter(user -> user.endsWith("7"))
                            .map(hash::of)
                            .toList());
            assertThat(row.treatment().latency().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(row.treatment().calls());
            assertThat(row.percentage()).isEqualTo(Percentage.of(50));
            assertThat(row.window()).isEqualTo(Climb.BEGIN);
            assertThat(row.sample()).isZero();
        }

        @Test
        void areWrittenWhileNothingIsCalledSoThatAProcessIsSeenToLive() {
            climb.serve(50, Climb.run());
            call("ann", false);
            climb.nextWindow();
            climb.nextWindow();
            climb.nextWindow();
            assertThat(climb.rows())
                    .extracting(OutcomeRow::window)
                    .containsExactly(Climb.BEGIN, Climb.BEGIN.plusSeconds(10), Climb.BEGIN.plusSeconds(20));
            assertThat(climb.rows()).extracting(OutcomeRow::isEmpty).containsExactly(false, true, true);
            assertThat(climb.rows())
                    .extracting(OutcomeRow::instance)
                    .containsOnly(climb.rows().get(0).instance());
        }

        @Test
        void compareOnlyUsersWhomThePercentageDecidedFor() {
            climb.serve(100, Climb.run());
            users(200).forEach(user -> ends(user, true));
            climb.nextWindow();
            OutcomeRow.Arm treatment = onlyRow().treatment();
            assertThat(treatment.failures()).isEqualTo(200);
            assertThat(treatment.users()).isZero();
            assertThat(treatment.failedUsers().isEmpty()).isTrue();
            assertThat(treatment.exposures().isEmpty()).isTrue();
        }

        @Test
        void withoutATargetingKeyOnlyAddToTheCounts() {
            climb.serve(50, Climb.run());
            climb.choose(null, null).observe().failure("DISK");
            climb.nextWindow();
            assertThat(onlyRow().control().codes()).containsExactly(Map.entry("DISK", 1L));
            assertThat(onlyRow().control().users()).isZero();
        }

        @Test
        void tellOfFollowedUsersOnceInARunAtThePercentageAtWhichTheyWereMet() {
            climb.serve(50, Climb.run());
            List<String> followed = users(2_000).stream()
                    .filter(user -> UserHash.isFollowed(hash.of(user)))
                    .toList();
            users(1_000).forEach(user -> ends(user, false));
            climb.nextWindow();
            climb.serve(100, Climb.run());
            climb.serve(60, Climb.run());
            users(2_000).forEach(user -> ends(user, false));
            climb.nextWindow();
            assertThat(climb.rows())
                    .extracting(row -> row.percentage().toString())
                    .contains("50%", "60%");
            List<Long> exposed = new ArrayList<>();
            for (OutcomeRow row : climb.rows()) {
                row.treatment().exposures().stream().forEach(exposed::add);
                row.control().exposures().stream().forEach(exposed::add);
            }
            assertThat(exposed)
                    .containsExactlyInAnyOrderElementsOf(
                            followed.stream().map(hash::of).toList());
            assertThat(followed.size()).isGreaterThan(15);
        }

        @Test
        void boundCodesThatAreMadeUpAtRunTime() {
            climb.serve(50, Climb.run());
            for (int i = 0; i < 1_000; i++) {
                climb.choose("ann").observe().failure("CODE_" + i);
            }
            climb.choose("ann").observe().failure("no code\n");
            climb.nextWindow();
            OutcomeRow.Arm arm =
                    isTreated("ann") ? onlyRow().treatment() : onlyRow().control();
            assertThat(arm.codes())
                    .hasSizeLessThanOrEqualTo(Codes.MAX_CODES + 1)
                    .containsKey("(other)");
            assertThat(arm.codes().values().stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(1_001);
        }

        @Test
        void sampleBothArmsAlikeWhenThereAreMoreUsersThanFit() {
            climb.serve(10, Climb.run());
            users(60_000).forEach(user -> ends(user, user.hashCode() % 5 == 0));
            climb.nextWindow();
            OutcomeRow row = onlyRow();
            assertThat(row.sample()).isBetween(3, 6);
            assertThat(row.treatment().failedUsers().size()).isLessThanOrEqualTo(WindowUsers.MOST_LISTED);
            assertThat(row.control().failedUsers().size()).isLessThanOrEqualTo(WindowUsers.MOST_LISTED);
            long limit = 1L << (64 - row.sample());
            List<String> sampled = users(60_000).stream()
                    .filter(user -> Long.compareUnsigned(hash.of(user), limit) < 0)
                    .toList();
            // exactly the users whose hash is in the sample, in both arms and in every list
            assertThat(row.treatment().users())
                    .isEqualTo(sampled.stream()
                            .filter(OutcomeRowsTest.this::isTreated)
                            .count());
            assertThat(row.control().users())
                    .isEqualTo(sampled.stream().filter(user -> !isTreated(user)).count());
            assertThat(row.control().failedUsers())
                    .isEqualTo(UserHashes.of(sampled.stream()
                            .filter(user -> !isTreated(user) && user.hashCode() % 5 == 0)
                            .mapToLong(hash::of)
                            .toArray()));
            assertThat(row.treatment().calls() + row.control().calls()).isEqualTo(60_000);
        }
    }

    @Nested
    class Rollouts {
        @Test
        void withoutARolloutThereAreNoRows() {
            climb.serve(50, null);
            ends("ann", true);
            climb.nextWindow();
            assertThat(climb.rows()).isEmpty();
            assertThat(climb.recorder().calls()).hasSize(1);
        }

        @Test
        void aCallCountsForThePercentageThatDecidedItAndTheWindowInWhichItEnds() {
            climb.serve(10, Climb.run());
            Observation early = climb.choose("ann").observe();
            climb.nextWindow();
            climb.serve(60, Climb.run());
            ends("ann", false);
            early.success();
            climb.nextWindow();
            assertThat(climb.rows())
                    .filteredOn(row -> !row.isEmpty())
                    .extracting(row -> row.percentage() + " " + row.window().getEpochSecond() % 60)
                    .containsExactlyInAnyOrder("10% 10", "60% 10");
        }

        @Test
        void decisionsOfAPinnedSnapshotCountForItsPercentage() {
            climb.serve(10, Climb.run());
            Snapshot pinned = climb.snapshot();
            ends("ann", false);
            climb.serve(60, Climb.run());
            climb.choose(pinned, null, "bob").observe().success();
            climb.nextWindow();
            assertThat(climb.rows())
                    .filteredOn(row -> row.percentage().equals(Percentage.of(10)))
                    .singleElement()
                    .satisfies(row -> assertThat(
                                    row.treatment().calls() + row.control().calls())
                            .isEqualTo(2));
        }

        @Test
        void anEndedRunIsWatchedForHalfAnHourByProcessesThatSawItRun() {
            climb.serve(50, Climb.run());
            ends("ann", false);
            climb.nextWindow();
            climb.serve(0, Climb.run("run-1", RolloutRun.State.ROLLED_BACK, Map.of()));
            ends("ann", true);
            climb.nextWindow();
            assertThat(climb.rows().get(climb.rows().size() - 1).control().failures())
                    .isEqualTo(1);
            for (int i = 0; i < 180; i++) {
                climb.nextWindow();
            }
            int before = climb.rows().size();
            ends("ann", true);
            climb.nextWindow();
            climb.nextWindow();
            assertThat(climb.rows()).hasSize(before);
            // while one that began afterwards has nothing to tell
            Climb restarted = new Climb();
            restarted.recorder(BreakerPolicy.never());
            restarted.serve(0, Climb.run("run-1", RolloutRun.State.ROLLED_BACK, Map.of()));
            restarted.choose("ann").observe().success();
            restarted.nextWindow();
            assertThat(restarted.rows()).isEmpty();
        }

        @Test
        void theNextRunHasRowsOfItsOwn() {
            climb.serve(50, Climb.run());
            ends("ann", false);
            climb.nextWindow();
            climb.serve(50, Climb.run("run-2", RolloutRun.State.RUNNING, Map.of()));
            ends("ann", true);
            climb.nextWindow();
            OutcomeRow second = climb.rows().get(1);
            assertThat(second.run()).isEqualTo("run-2");
            UserHashes failed = isTreated("ann")
                    ? second.treatment().failedUsers()
                    : second.control().failedUsers();
            assertThat(failed).isEqualTo(UserHashes.of(new UserHash("run-2").of("ann")));
        }
    }

    @Nested
    class LatencyBounds {
        private static final Map<String, Object> BOUNDS =
                Map.of("latencyBounds", List.of("PT10S", "nonsense"), "latencyComparison", "PT1S");

        private void serve() {
            climb.serve(50, Climb.run("run-1", RolloutRun.State.RUNNING, BOUNDS));
        }

        private OutcomeRow.Arm arm(int row) {
            return isTreated("ann")
                    ? climb.rows().get(row).treatment()
                    : climb.rows().get(row).control();
        }

        private OutcomeRow.Bound bound(int row, int seconds) {
            return arm(row).bounds().stream()
                    .filter(bound -> bound.bound().equals(Duration.ofSeconds(seconds)))
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void ofTheRunJudgeEachCallOnce() {
            serve();
            Observation call = climb.choose("ann").observe();
            climb.pass(Duration.ofSeconds(2));
            call.success();
            climb.pass(Duration.ofSeconds(8));
            climb.reporter().tick();
            UserHashes ann = UserHashes.of(hash.of("ann"));
            assertThat(bound(0, 1)).isEqualTo(new OutcomeRow.Bound(Duration.ofSeconds(1), 1, 1, ann));
            assertThat(bound(0, 10)).isEqualTo(new OutcomeRow.Bound(Duration.ofSeconds(10), 1, 0, UserHashes.NONE));
        }

        @Test
        void areComparedToTheNanosecondAlsoWithinOneBinOfTheHistogram() {
            serve();
            for (long nanos : new long[] {1, 999_999_999, 1_000_000_000, 1_000_000_001, 1_000_000_002}) {
                Observation call = climb.choose("ann").observe();
                climb.pass(Duration.ofNanos(nanos));
                call.success();
            }
            climb.nextWindow();
            assertThat(bound(0, 1).decided()).isEqualTo(5);
            assertThat(bound(0, 1).slow()).isEqualTo(2);
            assertThat(arm(0).calls()).isEqualTo(5);
        }

        @Test
        void thatAreNewBeginWithTheCallsThatEndFromThenOn() {
            serve();
            climb.choose("ann").observe().success();
            Choice stricter = Choice.of(Climb.KEY).slowAfter(Duration.ofSeconds(2));
            Observation call = climb.choose("ann").observe();
            climb.choose(stricter, "ann").observe().success();
            climb.pass(Duration.ofSeconds(3));
            call.success();
            climb.nextWindow();
            assertThat(bound(0, 1).decided()).isEqualTo(3);
            assertThat(bound(0, 1).slow()).isEqualTo(1);
            assertThat(bound(0, 2).decided()).isEqualTo(2);
            assertThat(bound(0, 2).slow()).isEqualTo(1);
            assertThat(bound(0, 10).decided()).isEqualTo(3);
        }

        @Test
        void thatComeWhileARowIsMadeAreToldWithTheNext() {
            ArmTally arm = new ArmTally();
            Bounds first = Bounds.NONE.with(1_000_000_000);
            Bounds both = first.with(2_000_000_000);
            arm.ended(1_000, both, 0, false, null);
            OutcomeRow.Arm before = arm.take(new WindowUsers(), true, first, -1);
            OutcomeRow.Arm after = arm.take(new WindowUsers(), true, both, -1);
            assertThat(before.calls()).isEqualTo(1);
            assertThat(before.bounds()).extracting(OutcomeRow.Bound::decided).containsExactly(1L);
            assertThat(after.calls()).isZero();
            assertThat(after.bounds()).extracting(OutcomeRow.Bound::decided).containsExactly(0L, 1L);
        }

        @Test
        void seeACallThatHangsWhenItPassesThemAndNotAgainWhenItEnds() {
            serve();
            Observation call = climb.choose("ann").observe();
            climb.pass(Duration.ofSeconds(9));
            climb.reporter().tick();
            climb.pass(Duration.ofSeconds(1));
            climb.reporter().tick();
            assertThat(bound(0, 1).slow()).isEqualTo(1);
            assertThat(bound(0, 10).decided()).isZero();
            assertThat(arm(0).users()).isEqualTo(1);
            climb.nextWindow();
            assertThat(bound(1, 1).decided()).isZero();
            assertThat(bound(1, 10).slow()).isEqualTo(1);
            call.failure(new IllegalStateException());
            climb.nextWindow();
            assertThat(bound(2, 1).decided()).isZero();
            assertThat(bound(2, 10).decided()).isZero();
            assertThat(arm(2).failures()).isEqualTo(1);
        }

        @Test
        void seeASynchronousCallThatHangs() throws InterruptedException {
            serve();
            CountDownLatch inside = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Thread hanging = new Thread(() -> climb.choose("ann")
                    .whenOn(() -> hang(inside, go))
                    .whenOff(() -> hang(inside, go))
                    .run());
            hanging.start();
            inside.await();
            climb.pass(Duration.ofSeconds(5));
            climb.reporter().tick();
            climb.pass(Duration.ofSeconds(5));
            climb.reporter().tick();
            assertThat(bound(0, 1).slow()).isEqualTo(1);
            assertThat(arm(0).calls()).isZero();
            go.countDown();
            hanging.join();
            climb.nextWindow();
            assertThat(arm(1).calls()).isEqualTo(1);
            assertThat(bound(1, 1).decided()).isZero();
        }

        private static boolean hang(CountDownLatch inside, CountDownLatch go) {
            inside.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        }

        @Test
        void observationsThatNeverEndHoldNothingOnceTheyHavePassedTheLastBound() {
            serve();
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 900; i++) {
                    climb.choose("ann").observe();
                }
                climb.pass(Duration.ofSeconds(11));
                climb.reporter().tick();
            }
            climb.nextWindow();
            long slow = climb.rows().stream()
                    .mapToLong(row -> (isTreated("ann") ? row.treatment() : row.control())
                            .bounds().stream().mapToLong(OutcomeRow.Bound::slow).sum())
                    .sum();
            // both bounds; a few calls found no slot in their place of the table
            assertThat(slow).isBetween(5_000L, 9_000L);
        }

        @Test
        void beyondTheTableCallsAreJudgedWhenTheyEnd() {
            serve();
            List<Observation> open = new ArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                open.add(climb.choose("ann").observe());
            }
            climb.pass(Duration.ofSeconds(11));
            open.forEach(Observation::success);
            climb.reporter().tick();
            climb.nextWindow();
            long slow = climb.rows().stream()
                    .mapToLong(row -> (isTreated("ann") ? row.treatment() : row.control())
                            .bounds().stream().mapToLong(OutcomeRow.Bound::slow).sum())
                    .sum();
            assertThat(slow).isEqualTo(10_000);
        }
    }

    @Nested
    class Concurrency {
        private static void awaitUninterruptibly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Test
        void noCallAndNoFailingUserIsLostAndNoCallCountedTwiceUnderEightThreadsWhileWindowsChange() throws Exception {
            climb.serve(50, Climb.run("run-1", RolloutRun.State.RUNNING, Map.of("latencyBounds", List.of("PT3S"))));
            int perThread = 20_000;
            Map<Long, Boolean> failedUsers = new ConcurrentHashMap<>();
            ExecutorService threads = Executors.newFixedThreadPool(8);
            CountDownLatch halfway = new CountDownLatch(8);
            CountDownLatch nextWindow = new CountDownLatch(1);
            for (int t = 0; t < 8; t++) {
                int thread = t;
                threads.execute(() -> {
                    for (int i = 0; i < perThread; i++) {
                        if (i == perThread / 2) {
                            halfway.countDown();
                            awaitUninterruptibly(nextWindow);
                        }
                        String user = "user-" + thread + "-" + i % 1_000;
                        boolean fails = i % 100 == 0;
                        ends(user, fails);
                        if (fails) {
                            failedUsers.put(hash.of(user), true);
                        }
                    }
                });
            }
            threads.shutdown();
            while (!halfway.await(1, TimeUnit.MILLISECONDS)) {
                climb.nextWindow();
            }
            climb.nextWindow();
            nextWindow.countDown();
            while (!threads.awaitTermination(1, TimeUnit.MILLISECONDS)) {
                climb.nextWindow();
            }
            climb.nextWindow();
            long calls = 0;
            long failures = 0;
            long decided = 0;
            long binned = 0;
            List<Long> failed = new ArrayList<>();
            for (OutcomeRow row : climb.rows()) {
                for (OutcomeRow.Arm arm : List.of(row.treatment(), row.control())) {
                    calls += arm.calls();
                    failures += arm.failures();
                    decided += arm.bounds().get(0).decided();
                    binned += arm.latency().values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
                    arm.failedUsers().stream().forEach(failed::add);
                    assertThat(arm.failures()).isLessThanOrEqualTo(arm.calls());
                }
            }
            assertThat(climb.rows()).hasSizeGreaterThan(1);
            assertThat(calls).isEqualTo(8L * perThread);
            assertThat(failures).isEqualTo(8L * perThread / 100);
            assertThat(decided).isEqualTo(8L * perThread);
            assertThat(binned).isEqualTo(8L * perThread);
            assertThat(failed).containsAll(failedUsers.keySet());
            assertThat(climb.recorder().calls().get(0).treatment().failed()
                            + climb.recorder().calls().get(0).control().failed())
                    .isEqualTo(failures);
        }
    }

    @Nested
    class Closing {
        @Test
        void handsOverTheWindowThatRuns() {
            Climb whole = new Climb();
            Flags flags = whole.flags();
            whole.serve(50, Climb.run());
            for (String user : users(100)) {
                flags.choose(Climb.KEY, user).whenOn(() -> 1).whenOff(() -> 0).run();
            }
            flags.close();
            assertThat(whole.rows().stream()
                            .mapToLong(row ->
                                    row.treatment().calls() + row.control().calls())
                            .sum())
                    .isEqualTo(100);
            // and goes on deciding, without rows
            assertThat(flags.choose(Climb.KEY, "ann")
                            .whenOn(() -> true)
                            .whenOff(() -> true)
                            .call())
                    .isTrue();
            flags.close();
        }

        @Test
        void doesNotWaitForAStoreThatIsAway() {
            Climb whole = new Climb();
            Flags flags = whole.flags();
            whole.serve(50, Climb.run());
            flags.choose(Climb.KEY, "ann").observe().success();
            whole.away(true);
            flags.close();
            assertThat(flags.outcomes().reporting().waiting()).isPositive();
            assertThat(flags.outcomes().reporting().problem()).contains("away");
        }
    }
}
