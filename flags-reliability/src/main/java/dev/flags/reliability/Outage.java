package dev.flags.reliability;

import dev.flags.FlagsStatus.State;
import java.time.Duration;

/**
 * One outage, as data: what begins it, what must show meanwhile, what ends it, and how soon all must be right again. Immutable.
 *
 * @param <T> the kind of store that it happens to
 * @param name in a few words
 * @param begin begins it
 * @param during the status that must show while it lasts
 * @param meanwhile what is done and checked while it lasts
 * @param end ends it; returns when the server has returned
 * @param goal within this time after its end all must be right again
 */
record Outage<T extends Target>(String name, Act<T> begin, State during, Act<T> meanwhile, Act<T> end, Duration goal) {

    /** Something that is done to a store. */
    @FunctionalInterface
    interface Act<T> {
        void run(T target, Scene scene) throws Exception;
    }

    /** The goal where the server was away: refused, restarted. */
    static final Duration RETURNED = Duration.ofSeconds(1);

    /** The goal where a wait for an answer must time out first: the socket time-out and a second. */
    static final Duration HUNG = Duration.ofSeconds(3);

    /** The goal where the store refuses whoever asks: refusals are repeated at most every five seconds. */
    static final Duration REFUSED = Duration.ofSeconds(6);

    static <T extends Target> Outage<T> of(String name, State during, Act<T> begin, Act<T> end) {
        return new Outage<>(name, begin, during, (target, scene) -> {}, end, RETURNED);
    }

    Outage<T> meanwhile(Act<T> act) {
        return new Outage<>(name, begin, during, act, end, goal);
    }

    Outage<T> rightWithin(Duration time) {
        return new Outage<>(name, begin, during, meanwhile, end, time);
    }
}
