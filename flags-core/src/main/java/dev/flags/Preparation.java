package dev.flags;

import dev.flags.evaluation.Memberships;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The memberships of one targeting key, being fetched from all layers at once. Not thread-safe; confine it to one thread. */
final class Preparation {
    private final List<CompletableFuture<Boolean>> parts = new ArrayList<>();

    private Preparation() {}

    static Preparation of(Map<Memberships, Set<String>> segments, String targetingKey) {
        Preparation preparation = new Preparation();
        segments.forEach((memberships, names) -> preparation.parts.add(memberships.fetch(targetingKey, names)));
        return preparation;
    }

    /** Whether all is known, at the latest when the time is over. Ends what is not needed any more. */
    boolean await(Duration atMost) {
        long start = System.nanoTime();
        // unlike toNanos(), this takes what lasts for ever
        long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(atMost));
        boolean all = true;
        for (CompletableFuture<Boolean> part : parts) {
            try {
                all &= part.get(Math.max(0, nanos - (System.nanoTime() - start)), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                all = false;
            } catch (TimeoutException | ExecutionException | CancellationException e) {
                all = false;
            }
            part.cancel(false);
        }
        return all;
    }
}
