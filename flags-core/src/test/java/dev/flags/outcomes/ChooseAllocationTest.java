package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flags.Flags;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChooseAllocationTest {
    private static final int CALLS = 100_000;
    private static final int TWO_LAMBDAS = 32;

    private static int sum;

    @Test
    void aCallAllocatesItsTwoLambdasAndNothingElse() {
        assertThat(perCall(Map.of())).isLessThanOrEqualTo(TWO_LAMBDAS);
    }

    @Test
    void withARolloutThatIsWatchedItAllocatesNoMore() {
        assertThat(perCall(Map.of("latencyBounds", java.util.List.of("PT3S")))).isLessThanOrEqualTo(TWO_LAMBDAS);
    }

    private static double perCall(Map<String, Object> run) {
        Climb climb = new Climb();
        try (Flags flags = climb.flags()) {
            climb.serve(50, run.isEmpty() ? null : Climb.run("run-1", dev.flags.model.RolloutRun.State.RUNNING, run));
            String[] users = new String[64];
            for (int i = 0; i < users.length; i++) {
                users[i] = "user-" + i;
            }
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long thread = Thread.currentThread().getId();
            double least = Double.MAX_VALUE;
            // until the compiler has done its work, which nothing else tells
            for (int round = 0; round < 300 && least > TWO_LAMBDAS; round++) {
                long before = threads.getThreadAllocatedBytes(thread);
                calls(flags, users);
                least = Math.min(least, (threads.getThreadAllocatedBytes(thread) - before) / (double) CALLS);
            }
            // a few bytes for the sets of a new window are spread over all calls
            return Math.floor(least);
        }
    }

    private static void calls(Flags flags, String[] users) {
        for (int i = 0; i < CALLS; i++) {
            String user = users[i & 63];
            flags.choose(Climb.KEY, user)
                    .whenOn(() -> {
                        sum += user.length();
                    })
                    .whenOff(() -> {
                        sum -= user.length();
                    })
                    .fallBackOnFailure()
                    .run();
        }
    }
}
