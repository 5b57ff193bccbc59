package dev.flags.benchmarks.rollout;

import static dev.flags.benchmarks.rollout.Scenario.climbing;
import static dev.flags.benchmarks.rollout.Scenario.divided;
import static dev.flags.benchmarks.rollout.Scenario.fixed;

/** Runs in which the treatment is no worse, whatever it looks like. */
enum Trap {
    NOTHING_AT_10("nothing is wrong, 10 %", Counting.Z_TEST, once(fixed(10))),
    NOTHING_AT_50("nothing is wrong, 50 %", Counting.Z_TEST, once(fixed(50))),
    TINY_CONTROL("a tiny control arm, 95 %", Counting.WALD_TEST, once(fixed(95))),
    INCIDENT_IN_A_CLIMB(
            "an incident of both arms in half of the instances, while these climb from 10 to 50 % before the others",
            Counting.POOLED_PERCENTAGES,
            busy(climbing(10, 50, 45), Crowd.returning(20_000), Faults.incident(i -> i < 6, 0.02, 0.3, 40, 60))),
    TWO_PERCENTAGES(
            "half of the instances at 10 and half at 50 % all the time, and an incident of both arms in the latter",
            Counting.POOLED_PERCENTAGES,
            busy(divided(10, 50), Crowd.returning(20_000), Faults.incident(i -> i % 2 == 1, 0.02, 0.3, 40, 60))),
    HEAVY_USERS(
            "users of whom some call a thousand times as often as others, and whose failures come together",
            Counting.EVERY_FAILURE,
            busy(climbing(10, 50, 50), Crowd.heavyTailed(20_000), Faults.badTimes(0.02))),
    BOT_IN_CONTROL(
            "a bot in the control arm that makes a third of all calls and hardly fails",
            Counting.CALLS_AS_N,
            busy(fixed(50), Crowd.withBot(Crowd.returning(20_000), false), Faults.everywhere(0.02))),
    BOT_EVERYWHERE(
            "the same bot in a small shop: each of 16 processes counts it, and 50 others in each arm",
            Counting.COUNTED_SHARE,
            new Scenario(
                    100, 16, 150, fixed(50), Crowd.withBot(Crowd.returning(20_000), false), Faults.everywhere(0.06))),
    BOT_IN_TREATMENT(
            "a bot in the treatment arm that makes a third of all calls and always fails",
            Counting.EVERY_FAILURE,
            busy(fixed(10), Crowd.withBot(Crowd.returning(20_000), true), Faults.ofBot(0.02))),
    MOVING_PROCESSES(
            "users with broken accounts, each call in any of 12 processes",
            Counting.ONCE_PER_PROCESS,
            busy(fixed(10), Crowd.returning(2_000), Faults.brokenAccounts())),
    MOVING_ARMS(
            "users with broken accounts, who change to the treatment in a climb from 10 to 50 %",
            Counting.ONCE_PER_ARM, busy(climbing(10, 50, 50), Crowd.returning(4_000), Faults.brokenAccounts()));

    final String text;
    /** A way to count that steps into it. */
    final Counting contrast;

    final Scenario scenario;

    Trap(String text, Counting contrast, Scenario scenario) {
        this.text = text;
        this.contrast = contrast;
        this.scenario = scenario;
    }

    /** 20,000 users, 2 % of whom fail, and 100 looks. */
    private static Scenario once(Scenario.Schedule schedule) {
        return new Scenario(100, 1, 200, schedule, Crowd.once(), Faults.everywhere(0.02));
    }

    private static Scenario busy(Scenario.Schedule schedule, Crowd crowd, Faults faults) {
        return new Scenario(100, 12, 400, schedule, crowd, faults);
    }
}
