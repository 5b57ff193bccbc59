package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flags.FlagsException;
import dev.flags.evaluation.AttributeReader;
import dev.flags.model.RolloutRun;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChooseTest {
    private final Climb climb = new Climb();
    private final List<String> taken = new ArrayList<>();

    @BeforeEach
    void begin() {
        climb.recorder(BreakerPolicy.DEFAULT);
        climb.serve(100, null);
    }

    @AfterEach
    void forgetInterrupts() {
        Thread.interrupted();
    }

    private String newPath() {
        taken.add("new");
        return "new";
    }

    private String oldPath() {
        taken.add("old");
        return "old";
    }

    private String fails() throws IOException {
        taken.add("new");
        throw new IOException("disk");
    }

    private FlagCalls calls() {
        OutcomeRecorder recorder = climb.recorder();
        return recorder.calls().get(0);
    }

    @Nested
    class Paths {
        @Test
        void theFlagDecidesWhichPathIsTaken() {
            assertThat(climb.choose("ann")
                            .whenOn(() -> newPath())
                            .whenOff(() -> oldPath())
                            .call())
                    .isEqualTo("new");
            climb.serve(0, null);
            assertThat(climb.choose("ann")
                            .whenOn(() -> newPath())
                            .whenOff(() -> oldPath())
                            .call())
                    .isEqualTo("old");
            assertThat(taken).containsExactly("new", "old");
            assertThat(calls().treatment().succeeded()).isEqualTo(1);
            assertThat(calls().control().succeeded()).isEqualTo(1);
        }

        @Test
        void aFlagThatNobodyKnowsTakesTheOldPathAndCountsNothing() {
            Choosing unknown = new Choosing(
                    (key, targetingKey, subject, attributes) -> OutcomeRecorder.unknown(),
                    "nope",
                    null,
                    "ann",
                    null,
                    AttributeReader.OF_CONTEXT);
            assertThat(unknown.whenOn(() -> newPath())
                            .whenOff(() -> oldPath())
                            .fallBackOnFailure()
                            .call())
                    .isEqualTo("old");
            assertThat(unknown.observe().enabled()).isFalse();
            unknown.observe().success();
            assertThat(climb.recorder().calls()).isEmpty();
        }

        @Test
        void aResultMayBeNullAndThereMayBeNone() throws IOException {
            String nothing = climb.choose("ann")
                    .whenOn(() -> (String) null)
                    .whenOff(() -> "old")
                    .call();
            assertThat(nothing).isNull();
            climb.choose("ann")
                    .whenOn(() -> taken.clear())
                    .whenOff(() -> taken.clear())
                    .run();
            climb.choose("ann")
                    .whenOn(() -> {
                        fails();
                    })
                    .whenOff(() -> {
                        oldPath();
                    })
                    .fallBackOnFailure()
                    .run();
            assertThat(taken).containsExactly("new", "old");
        }

        @Test
        void pathsMayBeMethodReferencesAndSubtypes() throws IOException {
            CharSequence result = climb.choose("ann")
                    .whenOn(ChooseTest.this::fails)
                    .whenOff(ChooseTest.this::oldPath)
                    .fallBackOnFailure()
                    .call();
            assertThat(result).isEqualTo("old");
        }
    }

    @Nested
    class Failures {
        @Test
        void withoutAFallbackTheCallerSeesThePathsOwnException() {
            // compiles only because call() throws what the path throws
            try {
                climb.choose("ann")
                        .whenOn(() -> fails())
                        .whenOff(() -> oldPath())
                        .call();
            } catch (IOException e) {
                taken.add(e.getMessage());
            }
            assertThat(taken).containsExactly("new", "disk");
            assertThat(calls().treatment().failed()).isEqualTo(1);
            assertThat(calls().fallbacks()).isZero();
        }

        @Test
        void withAFallbackTheOldPathAnswersTheFailureCountsAndTheCallerSeesNoError() throws IOException {
            String result = climb.choose("ann")
                    .whenOn(() -> fails())
                    .whenOff(() -> oldPath())
                    .fallBackOnFailure()
                    .call();
            assertThat(result).isEqualTo("old");
            assertThat(calls().treatment().failed()).isEqualTo(1);
            assertThat(calls().fallbacks()).isEqualTo(1);
            // the fallback is no call of the control arm
            assertThat(calls().control().succeeded()).isZero();
        }

        @Test
        void aFailureOfTheOldPathNeverFallsBackToAnything() {
            climb.serve(0, null);
            assertThatThrownBy(() -> climb.choose("ann")
                            .whenOn(() -> newPath())
                            .whenOff(() -> fails())
                            .fallBackOnFailure()
                            .call())
                    .isInstanceOf(IOException.class);
            assertThat(taken).containsExactly("new");
            assertThat(calls().control().failed()).isEqualTo(1);
        }

        @Test
        void aFallbackThatFailsTooTellsBoth() {
            assertThatThrownBy(() -> climb.choose("ann")
                            .whenOn(() -> fails())
                            .whenOff(() -> {
                                throw new SQLException("locked");
                            })
                            .fallBackOnFailure()
                            .call())
                    .isInstanceOf(SQLException.class)
                    .hasSuppressedException(new IOException("disk"));
        }

        @Test
        void theFallbackMayThrowTheVerySameException() {
            IOException same = new IOException("same");
            assertThatThrownBy(() -> climb.choose("ann")
                            .whenOn(() -> {
                                throw same;
                            })
                            .whenOff(() -> {
                                throw same;
                            })
                            .fallBackOnFailure()
                            .call())
                    .isSameAs(same)
                    .hasNoSuppressedExceptions();
        }

        @Test
        void anErrorCountsAndIsPassedOn() {
            assertThatThrownBy(() -> climb.choose("ann")
                            .whenOn(() -> {
                                throw new NoSuchMethodError("create_project_atomic");
                            })
                            .whenOff(() -> oldPath())
                            .fallBackOnFailure()
                            .call())
                    .isInstanceOf(NoSuchMethodError.class);
            assertThat(taken).isEmpty();
            assertThat(calls().treatment().failed()).isEqualTo(1);
        }

        static Stream<Exception> interruptions() {
            return Stream.of(
                    new InterruptedException(),
                    new ClosedByInterruptException(),
                    new InterruptedIOException(),
                    new CancellationException());
        }

        @ParameterizedTest
        @MethodSource("interruptions")
        void anInterruptionIsNoFailureAndIsPassedOnWithoutAFallback(Exception interruption) {
            assertThatThrownBy(() -> climb.choose("ann")
                            .whenOn(() -> {
                                throw interruption;
                            })
                            .whenOff(() -> oldPath())
                            .fallBackOnFailure()
                            .call())
                    .isSameAs(interruption);
            assertThat(taken).isEmpty();
            assertThat(calls().treatment().failed()).isZero();
            assertThat(calls().treatment().succeeded()).isZero();
            assertThat(Thread.interrupted()).isEqualTo(interruption instanceof InterruptedException);
        }

        @Test
        void aTimeoutOfASocketIsAFailureAlthoughItIsCalledAnInterruption() throws Exception {
            assertThat(climb.choose("ann")
                            .whenOn(() -> {
                                throw new SocketTimeoutException();
                            })
                            .whenOff(() -> oldPath())
                            .fallBackOnFailure()
                            .call())
                    .isEqualTo("old");
            assertThat(calls().treatment().failed()).isEqualTo(1);
        }

        @Test
        void aThreadThatIsToEndDoesNotTakeTheOldPathAsWell() {
            assertThatThrownBy(() -> climb.choose("ann")
                            .whenOn(() -> {
                                Thread.currentThread().interrupt();
                                throw new IllegalStateException("wrapped an interruption");
                            })
                            .whenOff(() -> oldPath())
                            .fallBackOnFailure()
                            .call())
                    .isInstanceOf(IllegalStateException.class);
            assertThat(taken).isEmpty();
        }
    }

    @Nested
    class WhatCounts {
        private void ended(Choice choice, Exception by) {
            try {
                taken.add(climb.choose(choice, "ann")
                        .<String, Exception>whenOn(() -> {
                            throw by;
                        })
                        .whenOff(() -> "fallback")
                        .call());
            } catch (Exception e) {
                taken.add(e.getClass().getSimpleName());
            }
        }

        @Test
        void anAnswerThatIsAnExceptionNeitherCountsNorFallsBack() {
            Choice choice = Choice.of(Climb.KEY).fallBackOnFailure().doNotCount(NoSuchElementException.class);
            ended(choice, new NoSuchElementException());
            ended(choice, new IllegalStateException());
            assertThat(taken).containsExactly("NoSuchElementException", "fallback");
            assertThat(calls().treatment().succeeded()).isEqualTo(1);
            assertThat(calls().treatment().failed()).isEqualTo(1);
        }

        @Test
        void whereFailuresAreNamedOthersDoNotCount() {
            Choice choice = Choice.of(Climb.KEY)
                    .countAsFailure(IOException.class)
                    .countAsFailure(SQLException.class)
                    .doNotCount(InterruptedIOException.class);
            ended(choice, new IOException());
            ended(choice, new SQLException());
            ended(choice, new IllegalStateException());
            ended(choice, new SocketTimeoutException());
            assertThat(calls().treatment().failed()).isEqualTo(2);
            assertThat(calls().treatment().succeeded()).isEqualTo(2);
        }

        @Test
        void aFallbackMayBeForSomeExceptionsOnly() {
            Choice choice = Choice.of(Climb.KEY).fallBackOnFailure(IOException.class);
            ended(choice, new IOException());
            ended(choice, new IllegalStateException());
            assertThat(taken).containsExactly("fallback", "IllegalStateException");
        }

        @Test
        void theFirstCriticalCodeThatFitsCountsEvenByACauseAndWhateverElseIsSaid() {
            climb.serve(100, Climb.run());
            Choice choice = Choice.of(Climb.KEY)
                    .doNotCount(CompletionException.class)
                    .critical("BROKEN_TEST", failure -> {
                        throw new IllegalStateException();
                    })
                    .critical("CONNECTION_LOST", SQLException.class)
                    .critical("ANY", failure -> failure instanceof CompletionException);
            ended(choice, new CompletionException(new IllegalStateException(new SQLException())));
            ended(choice, new CompletionException(null));
            ended(choice, new IllegalStateException());
            climb.nextWindow();
            OutcomeRow.Arm treatment = climb.rows().get(0).treatment();
            assertThat(treatment.failures()).isEqualTo(3);
            assertThat(treatment.codes())
                    .containsOnly(java.util.Map.entry("CONNECTION_LOST", 1L), java.util.Map.entry("ANY", 1L));
        }

        @Test
        void theFluentFormSaysTheSame() throws Exception {
            climb.serve(100, Climb.run());
            assertThat(climb.choose("ann")
                            .whenOn(() -> fails())
                            .whenOff(() -> oldPath())
                            .doNotCount(IllegalStateException.class)
                            .countAsFailure(IOException.class)
                            .critical("DISK", IOException.class)
                            .critical("NEVER", failure -> false)
                            .slowAfter(Duration.ofSeconds(3))
                            .fallBackOnFailure(IOException.class)
                            .call())
                    .isEqualTo("old");
            climb.nextWindow();
            OutcomeRow.Arm treatment = climb.rows().get(0).treatment();
            assertThat(treatment.codes()).containsEntry("DISK", 1L);
            assertThat(treatment.bounds())
                    .containsExactly(new OutcomeRow.Bound(Duration.ofSeconds(3), 1, 0, UserHashes.NONE));
        }

        @Test
        void nonsenseIsRefusedWhenTheChoiceIsMade() {
            Choice choice = Choice.of(Climb.KEY);
            assertThatThrownBy(() -> choice.slowAfter(Duration.ZERO)).isInstanceOf(FlagsException.class);
            assertThatThrownBy(() -> choice.critical("", IOException.class)).isInstanceOf(FlagsException.class);
            assertThatThrownBy(() -> choice.critical("a b", IOException.class)).isInstanceOf(FlagsException.class);
            assertThatThrownBy(() -> Choice.of("no key")).isInstanceOf(FlagsException.class);
            Choice three = choice.slowAfter(Duration.ofSeconds(1))
                    .slowAfter(Duration.ofSeconds(2))
                    .slowAfter(Duration.ofSeconds(3));
            assertThatThrownBy(() -> three.slowAfter(Duration.ofSeconds(4))).isInstanceOf(FlagsException.class);
        }
    }

    @Nested
    class Breakers {
        private void failOften() {
            for (int i = 0; i < 60; i++) {
                assertThat(climb.choose("ann")
                                .whenOn(() -> {
                                    taken.add("new");
                                    throw new IllegalStateException();
                                })
                                .whenOff(() -> "old")
                                .fallBackOnFailure()
                                .call())
                        .isEqualTo("old");
            }
        }

        @Test
        void keepTheProcessFromAPathThatFailsAndReportThemselvesOnceForEachTransition() {
            List<BreakerStatus> told = new ArrayList<>();
            climb.recorder().onBreakerChange(told::add);
            climb.serve(100, Climb.run());
            failOften();
            assertThat(taken).hasSize(50);
            assertThat(climb.recorder().breakers())
                    .containsExactly(new BreakerStatus(Climb.KEY, BreakerStatus.State.OPEN, 50, 50, 10));
            assertThat(told).hasSize(1);
            climb.nextWindow();
            OutcomeRow.Arm treatment = climb.rows().get(0).treatment();
            assertThat(treatment.calls()).isEqualTo(50);
            assertThat(treatment.diverted()).isEqualTo(10);
            // and tries again later
            climb.pass(Duration.ofSeconds(30));
            for (int i = 0; i < 5; i++) {
                assertThat(climb.choose("ann")
                                .whenOn(() -> "new")
                                .whenOff(() -> "old")
                                .call())
                        .isEqualTo("new");
            }
            assertThat(told)
                    .extracting(BreakerStatus::state)
                    .containsExactly(
                            BreakerStatus.State.OPEN, BreakerStatus.State.HALF_OPEN, BreakerStatus.State.CLOSED);
        }

        @Test
        void answersThatAreExceptionsAndThePathsOfControlDoNotOpenThem() {
            Choice choice = Choice.of(Climb.KEY).doNotCount(IllegalStateException.class);
            for (int i = 0; i < 100; i++) {
                climb.serve(i % 2 * 100, null);
                Class<? extends Exception> expected =
                        i % 2 == 1 ? IllegalStateException.class : IllegalArgumentException.class;
                assertThatThrownBy(() -> climb.choose(choice, "ann")
                                .whenOn(() -> {
                                    throw new IllegalStateException();
                                })
                                .whenOff(() -> {
                                    throw new IllegalArgumentException();
                                })
                                .call())
                        .isInstanceOf(expected);
            }
            assertThat(climb.recorder().breakers())
                    .extracting(BreakerStatus::state)
                    .containsExactly(BreakerStatus.State.CLOSED);
        }

        private void serve(int percent, String run, RolloutRun.State state) {
            climb.serve(percent, Climb.run(run, state, Map.of()));
        }

        private BreakerStatus.State state() {
            return climb.recorder().breakers().get(0).state();
        }

        @Test
        void areClosedWhenARunBeginsAlsoRightAfterARollback() {
            List<BreakerStatus> told = new ArrayList<>();
            climb.recorder().onBreakerChange(told::add);
            serve(100, "run-1", RolloutRun.State.RUNNING);
            failOften();
            serve(0, "run-1", RolloutRun.State.ROLLED_BACK);
            assertThat(state()).isEqualTo(BreakerStatus.State.OPEN);
            climb.nextWindow();
            serve(100, "run-2", RolloutRun.State.RUNNING);
            assertThat(climb.choose("ann")
                            .whenOn(() -> newPath())
                            .whenOff(() -> oldPath())
                            .call())
                    .isEqualTo("new");
            climb.nextWindow();
            OutcomeRow row = climb.rows().get(climb.rows().size() - 1);
            assertThat(row.run()).isEqualTo("run-2");
            assertThat(row.treatment().diverted()).isZero();
            assertThat(told)
                    .extracting(BreakerStatus::state)
                    .containsExactly(BreakerStatus.State.OPEN, BreakerStatus.State.CLOSED);
            assertThat(told.get(1).diverted()).isEqualTo(10);
        }

        @Test
        void stayAsTheyAreWhileARunClimbsAndAfterItHasEnded() {
            serve(50, "run-1", RolloutRun.State.RUNNING);
            serve(100, "run-1", RolloutRun.State.RUNNING);
            failOften();
            serve(50, "run-1", RolloutRun.State.ROLLING_BACK);
            serve(100, "run-1", RolloutRun.State.SOAKING);
            serve(100, "run-1", RolloutRun.State.COMPLETED);
            serve(100, "run-2", RolloutRun.State.DRAFT);
            assertThat(state()).isEqualTo(BreakerStatus.State.OPEN);
            assertThat(climb.choose("ann").observe().enabled()).isFalse();
        }

        @Test
        void areNotOpenedByCallsThatAnEarlierRunDecided() {
            serve(100, "run-1", RolloutRun.State.RUNNING);
            List<Observation> late = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                late.add(climb.choose("ann").observe());
            }
            serve(100, "run-2", RolloutRun.State.RUNNING);
            late.forEach(call -> call.failure("LATE"));
            climb.choose("ann").observe().failure("NEW");
            assertThat(state()).isEqualTo(BreakerStatus.State.CLOSED);
            assertThat(climb.choose("ann").observe().enabled()).isTrue();
        }

        @Test
        void tellNothingOfAnEarlierRunOnceTheNextHasBegun() {
            serve(100, "run-1", RolloutRun.State.RUNNING);
            failOften();
            climb.pass(Duration.ofSeconds(30));
            Observation trial = climb.choose("ann").observe();
            assertThat(trial.enabled()).isTrue();
            serve(100, "run-2", RolloutRun.State.RUNNING);
            List<BreakerStatus> told = new ArrayList<>();
            climb.recorder().onBreakerChange(told::add);
            trial.failure("LATE");
            assertThat(told).isEmpty();
            assertThat(state()).isEqualTo(BreakerStatus.State.CLOSED);
        }

        @Test
        void mayBeLeftOutAtOnePlace() {
            failOften();
            assertThat(climb.choose(Choice.of(Climb.KEY).withoutBreaker(), "ann")
                            .whenOn(() -> "new")
                            .whenOff(() -> "old")
                            .call())
                    .isEqualTo("new");
            assertThat(climb.choose("ann").observe().enabled()).isFalse();
        }
    }
}
