package dev.flags;

import dev.flags.model.Problem;
import dev.flags.model.SegmentVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with the memberships of one layer's large segments: fetching fails, or the store does not hold all members. Each is
 * counted, logged when it begins and when it is over, and told as a problem meanwhile.
 *
 * <p>Safe for use by multiple threads; one at a time may note.
 */
final class MembershipTroubles {
    /** Failures of a moment are nobody's business. */
    private static final long WORTH_TELLING_NANOS = Duration.ofSeconds(10).toNanos();

    private final String layer;
    private final AtomicLong failures = new AtomicLong();
    private volatile @Nullable Failing failing;

    /** Segments of which the store does not hold all members, and what is to be said of each. */
    private final Map<LargeSegment, String> damaged = new ConcurrentHashMap<>();

    /** Whether that fetching fails is logged; belongs to the thread that notes. */
    private boolean told;

    /**
     * Fetching fails.
     *
     * @param since {@link System#nanoTime}
     */
    private record Failing(long since, String message) {
        boolean isWorthTelling() {
            return System.nanoTime() - since > WORTH_TELLING_NANOS;
        }
    }

    MembershipTroubles(String layer) {
        this.layer = layer;
    }

    boolean isFailing() {
        return failing != null;
    }

    void failed(Throwable e) {
        failures.incrementAndGet();
        Failing before = failing;
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        Failing now = new Failing(before == null ? System.nanoTime() : before.since(), message);
        failing = now;
        if (!told && now.isWorthTelling()) {
            told = true;
            Logs.RUNTIME.warn(
                    "flags: memberships of large segments of layer {} cannot be fetched, those known go on being served: {}",
                    layer,
                    Logs.printable(message, 500));
        }
    }

    /** Fetching does not fail, or not any more. */
    void succeeded() {
        if (failing == null) {
            return;
        }
        failing = null;
        if (told) {
            told = false;
            Logs.RUNTIME.info("flags: memberships of large segments of layer {} can be fetched again", layer);
        }
    }

    boolean isDamaged(LargeSegment segment) {
        return damaged.containsKey(segment);
    }

    void foundWhole(LargeSegment segment) {
        if (damaged.remove(segment) != null) {
            Logs.RUNTIME.info("flags: all members of the large segment {} are there again", segment.name);
        }
    }

    /**
     * Members are missing.
     *
     * @param found how many the store holds
     */
    void foundDamaged(LargeSegment segment, SegmentVersion version, long found) {
        String message = "the large segment '" + segment.name + "' has " + version.count() + " members in version "
                + version.version() + ", of which the store holds " + found
                + "; whoever is not found counts as unknown. 'flags segment import' puts them back";
        failures.incrementAndGet();
        if (damaged.put(segment, message) == null) {
            Logs.RUNTIME.warn("flags: {}", Logs.printable(message, 500));
        }
    }

    long failures() {
        return failures.get();
    }

    /**
     * What is to be told now.
     *
     * @param defined the segments that there are; what was wrong with one that was removed went with it
     */
    List<Problem> problems(Set<String> defined) {
        List<Problem> problems = new ArrayList<>();
        Failing now = failing;
        if (now != null && now.isWorthTelling()) {
            problems.add(new Problem(
                    "segments",
                    "memberships of large segments cannot be fetched, those known go on being served, others match nothing: "
                            + now.message()));
        }
        damaged.forEach((segment, message) -> {
            if (defined.contains(segment.name)) {
                problems.add(new Problem("segments/" + segment.name, message));
            }
        });
        return problems;
    }
}
