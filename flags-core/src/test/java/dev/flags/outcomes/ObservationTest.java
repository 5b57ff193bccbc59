package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObservationTest {
    private final Climb climb = new Climb();
    private final ExecutorService elsewhere = Executors.newFixedThreadPool(4);

    @BeforeEach
    void begin() {
        climb.recorder(BreakerPolicy.DEFAULT);
        climb.serve(100, Climb.run());
    }

    @AfterEach
    void close() {
        elsewhere.shutdownNow();
    }

    private FlagCalls.Arm calls() {
        return climb.recorder().calls().get(0).treatment();
    }

    @Test
    void endsOnceHoweverOftenAndByWhomeverItIsEnded() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            // the breaker may open meanwhile: which of the four comes first is a matter of luck
            Observation call = climb.choose("ann").observe();
            CountDownLatch ended = new CountDownLatch(4);
            for (int t = 0; t < 4; t++) {
                boolean well = t % 2 == 0;
                elsewhere.execute(() -> {
                    if (well) {
                        call.success();
                    } else {
                        call.failure(new IOException());
                    }
                    ended.countDown();
                });
            }
            assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
        }
        FlagCalls.Arm calls = calls();
        long diverted = climb.recorder().calls().get(0).diverted();
        assertThat(calls.succeeded() + calls.failed() + diverted).isEqualTo(200);
    }

    @Test
    void endsWithAFutureWellOrNot() {
        CompletableFuture<String> well = CompletableFuture.supplyAsync(() -> "well", elsewhere);
        assertThat(climb.choose("ann").observe().until(well)).isSameAs(well);
        CompletableFuture<String> failing = CompletableFuture.supplyAsync(
                () -> {
                    throw new IllegalStateException();
                },
                elsewhere);
        climb.choose("ann").observe().until(failing);
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        climb.choose("ann").observe().until(cancelled);
        cancelled.cancel(true);
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            assertThat(calls().succeeded()).isEqualTo(1);
            assertThat(calls().failed()).isEqualTo(1);
        });
    }

    @Test
    void countsWhatAFutureCarriesAsTheChoiceSays() {
        Choice choice = Choice.of(Climb.KEY)
                .doNotCount(IOException.class)
                .critical("STATE", failure -> failure instanceof IllegalStateException);
        climb.choose(choice, "ann").observe().failure(new CompletionException(new IOException()));
        climb.choose(choice, "ann")
                .observe()
                .failure(new ExecutionException(new CompletionException(new IllegalStateException())));
        climb.choose(choice, "ann").observe().failure(new CompletionException(null));
        climb.choose(choice, "ann").observe().failure("DISK_FULL");
        assertThat(calls().succeeded()).isEqualTo(1);
        assertThat(calls().failed()).isEqualTo(3);
        climb.nextWindow();
        assertThat(climb.rows().get(0).treatment().codes()).containsOnlyKeys("STATE", "DISK_FULL");
    }

    @Test
    void anInterruptionToldByAnotherThreadDoesNotInterruptThatThread() {
        climb.choose("ann").observe().failure(new InterruptedException());
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(calls().failed()).isZero();
    }
}
