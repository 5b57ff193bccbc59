package dev.flags.benchmarks.rollout;

/** Runs in which the treatment is worse. 100 users a second, everyone comes once. */
enum Fault {
    AT_10("2 % → 7 % from the start, 10 %", 10, 0.07, 0),
    AT_50("2 % → 7 % from the start, 50 %", 50, 0.07, 0),
    DOUBLED_AT_10("2 % → 4 % from the start, 10 %", 10, 0.04, 0),
    LATE_AT_10("2 % → 7 % after a healthy half hour, 10 %", 10, 0.07, 180);

    final String text;
    final int percent;
    final double rate;
    /** In the control, and in the treatment before it fails. */
    final double before = 0.02;
    /** From which window on. */
    final int from;

    final Scenario scenario;

    Fault(String text, int percent, double rate, int from) {
        this.text = text;
        this.percent = percent;
        this.rate = rate;
        this.from = from;
        this.scenario = new Scenario(
                from + 200, 1, 1_000, Scenario.fixed(percent), Crowd.once(), Faults.byArm(rate, before, from));
    }
}
