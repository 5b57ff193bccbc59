package dev.flags.benchmarks.rollout;

import dev.flags.model.Percentage;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/**
 * What happens in a run.
 *
 * @param windows how many, of 10 s each; the rollout is looked at after each of them
 * @param instances how many processes; a call reaches any of them
 * @param calls in a window
 */
record Scenario(int windows, int instances, int calls, Schedule schedule, Crowd crowd, Faults faults) {
    /** Which percentage an instance decides by. */
    interface Schedule {
        /**
         * The percentage in force.
         *
         * @param instance from 0
         * @param time in windows since the run began
         */
        Percentage at(int instance, double time);
    }

    static Schedule fixed(int percent) {
        Percentage percentage = Percentage.of(percent);
        return (instance, time) -> percentage;
    }

    /** A climb at this time that each instance sees three quarters of a window after the one before. */
    static Schedule climbing(int from, int to, int time) {
        Percentage before = Percentage.of(from);
        Percentage after = Percentage.of(to);
        return (instance, now) -> now < time + 0.75 * instance ? before : after;
    }

    /** Every other instance has not heard of the climb. */
    static Schedule divided(int some, int others) {
        Percentage one = Percentage.of(some);
        Percentage other = Percentage.of(others);
        return (instance, time) -> instance % 2 == 0 ? one : other;
    }

    /**
     * Lets it happen once.
     *
     * @return the window after which the judge rolled back; empty when it never did
     */
    OptionalInt run(long seed, Judge judge) {
        SplittableRandom random = new SplittableRandom(seed);
        Fleet fleet = new Fleet(random.nextLong(), instances);
        IntSupplier users = crowd.of(fleet, random);
        for (int window = 0; window < windows; window++) {
            for (int i = 0; i < calls; i++) {
                double time = window + (double) i / calls;
                int instance = random.nextInt(instances);
                int user = users.getAsInt();
                fleet.serve(instance, schedule.at(instance, time));
                Faults.Call call = new Faults.Call(instance, user, fleet.isTreated(instance, user), time);
                fleet.ended(instance, user, faults.fails(call, random));
            }
            if (judge.look(window, fleet.rows(window))) {
                return OptionalInt.of(window);
            }
        }
        return OptionalInt.empty();
    }
}
