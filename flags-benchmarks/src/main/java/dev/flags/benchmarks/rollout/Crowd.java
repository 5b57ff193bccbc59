package dev.flags.benchmarks.rollout;

import java.util.SplittableRandom;
import java.util.function.IntSupplier;

/** Who calls. */
interface Crowd {
    /** The user of each call of one run, call by call. */
    IntSupplier of(Fleet fleet, SplittableRandom random);

    /** Everybody comes once. */
    static Crowd once() {
        return (fleet, random) -> {
            int[] next = {0};
            return () -> next[0]++;
        };
    }

    /** So many users, who come again and again. */
    static Crowd returning(int users) {
        return (fleet, random) -> () -> random.nextInt(users);
    }

    /** So many users, some of whom call a thousand times as often as most: a power law. */
    static Crowd heavyTailed(int users) {
        return (fleet, random) -> () -> (int) (users * Math.pow(random.nextDouble(), 4));
    }

    /** Every third call is the bot's. */
    static Crowd withBot(Crowd others, boolean treated) {
        return (fleet, random) -> {
            int bot = bot(fleet, treated);
            IntSupplier other = others.of(fleet, random);
            return () -> random.nextInt(3) == 0 ? bot : other.getAsInt();
        };
    }

    /** A user whom every percentage from 1 to 99 puts into this arm, and who is none of the others. */
    private static int bot(Fleet fleet, boolean treated) {
        int user = Integer.MAX_VALUE;
        while (treated ? fleet.bucket(user) >= 1_000 : fleet.bucket(user) < 99_000) {
            user--;
        }
        return user;
    }
}
