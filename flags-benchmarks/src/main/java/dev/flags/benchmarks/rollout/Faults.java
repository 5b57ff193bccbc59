package dev.flags.benchmarks.rollout;

import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** Which calls fail. */
interface Faults {
    boolean fails(Call call, SplittableRandom random);

    /**
     * A call.
     *
     * @param time in windows since the run began
     */
    record Call(int instance, int user, boolean treated, double time) {}

    /** Any call, in any arm. */
    static Faults everywhere(double rate) {
        return (call, random) -> random.nextDouble() < rate;
    }

    /** Calls of one path more than those of the other, from a window on. */
    static Faults byArm(double treatment, double control, int from) {
        return (call, random) -> random.nextDouble() < (call.treated() && call.time() >= from ? treatment : control);
    }

    /** What both paths stand on is broken in some instances for a while. */
    static Faults incident(IntPredicate instances, double rate, double during, int from, int until) {
        return (call, random) -> random.nextDouble()
                < (call.time() >= from && call.time() < until && instances.test(call.instance()) ? during : rate);
    }

    /** Some users have broken accounts, and fail every other time; the others hardly ever. */
    static Faults brokenAccounts() {
        return (call, random) -> random.nextDouble() < (drawn(call.user(), 0) < 0.03 ? 0.5 : 0.005);
    }

    /** A user has bad times, ten windows long, in which all that he does fails. */
    static Faults badTimes(double part) {
        return (call, random) -> drawn(call.user(), 1 + (int) call.time() / 10) < part;
    }

    /** All calls of the bot fail, of the others few. */
    static Faults ofBot(double others) {
        return (call, random) -> call.user() > 1_000_000_000 || random.nextDouble() < others;
    }

    /** A number between 0 and 1 that belongs to a user. */
    private static double drawn(int user, int salt) {
        return (Fleet.mix(salt, user) >>> 11) * 0x1p-53;
    }
}
