package dev.flags.examples.quickstart;

import dev.flags.Flags;
import dev.flags.PacedClock;
import dev.flags.outcomes.Choice;
import dev.flags.store.FlagStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An application in a JVM of its own whose new path is guarded: it chooses by the flag for one simulated user after the other and lets
 * flags count what becomes of it, until its standard input ends. 2 % of the calls of either path fail; from the line {@code fault} on
 * its standard input on, 7 % of the new path's.
 *
 * <p>On standard output it tells when the last call of the new path was: {@code served}, the time (epoch milliseconds), how many of the
 * last round's calls took the new path, and how many there were, separated by tabs, whenever a round without such calls follows one with them or the other way
 * round.
 *
 * <p>Arguments: how many users there are, how many of them call in a second, and the start (epoch milliseconds) and pace of the clock. Where
 * the flags are, {@code FLAGS_STORE}, {@code FLAGS_ENVIRONMENT} and {@code FLAGS_PASSWORD} say.
 */
public final class GuardedApplication {
    private static final long MILLIS_BETWEEN_ROUNDS = 20;
    private static final double USUAL = 0.02;
    private static final double FAULTY = 0.07;
    private static final Choice CREATE_PROJECT = Choice.of(ProjectService.FLAG).fallBackOnFailure();

    private final Flags flags;
    private final int users;
    private final int callsInRound;
    private final Random random = new Random(431);
    private final Share oldPath = new Share();
    private final Share newPath = new Share();
    private volatile boolean faulty;
    private int newCalls;
    private boolean served;

    private GuardedApplication(Flags flags, int users, int callsInRound) {
        this.flags = flags;
        this.users = users;
        this.callsInRound = callsInRound;
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws InterruptedException {
        int pace = Integer.parseInt(arguments[3]);
        PacedClock clock = new PacedClock(Instant.ofEpochMilli(Long.parseLong(arguments[2])), pace);
        int callsInRound = (int) Math.max(1, Long.parseLong(arguments[1]) * pace * MILLIS_BETWEEN_ROUNDS / 1000);
        try (FlagStore store = StoreByUrl.open(System.getenv(), Optional.of(clock));
                Flags flags = Flags.builder()
                        .layer(store)
                        .clock(clock)
                        .nanos(clock::nanos)
                        .build()) {
            GuardedApplication application =
                    new GuardedApplication(flags, Integer.parseInt(arguments[0]), callsInRound);
            CountDownLatch ended = new CountDownLatch(1);
            Thread input = new Thread(() -> application.listen(ended), "input");
            input.setDaemon(true);
            input.start();
            do {
                application.round();
            } while (!ended.await(MILLIS_BETWEEN_ROUNDS, TimeUnit.MILLISECONDS));
        }
    }

    private void listen(CountDownLatch ended) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                faulty |= line.equals("fault");
            }
        } catch (IOException e) {
            // as good as the end
        }
        ended.countDown();
    }

    private void round() {
        newCalls = 0;
        for (int i = 0; i < callsInRound; i++) {
            createProject("user-" + random.nextInt(users));
        }
        if (newCalls > 0 != served) {
            served = newCalls > 0;
            System.out.println("served\t" + System.currentTimeMillis() + "\t" + newCalls + "\t" + callsInRound);
        }
    }

    private void createProject(String user) {
        try {
            flags.choose(CREATE_PROJECT, user)
                    .whenOn(() -> createAtomically())
                    .whenOff(() -> createWithThreeInserts())
                    .call();
        } catch (IllegalStateException e) {
            // the old path failed: this user tries again some other time
        }
    }

    private String createAtomically() {
        newCalls++;
        return project(newPath, faulty ? FAULTY : USUAL);
    }

    private String createWithThreeInserts() {
        return project(oldPath, USUAL);
    }

    private static String project(Share failing, double share) {
        if (failing.next(share)) {
            throw new IllegalStateException("no project this time");
        }
        return "project";
    }

    /** Lets evenly spread ones of a path's calls fail, so that the story does not depend on luck. */
    private static final class Share {
        private double due;

        boolean next(double share) {
            due += share;
            boolean now = due >= 1;
            due -= now ? 1 : 0;
            return now;
        }
    }
}
