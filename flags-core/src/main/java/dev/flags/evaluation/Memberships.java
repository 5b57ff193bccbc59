package dev.flags.evaluation;

import dev.flags.model.SegmentVersion;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * What is known, without looking anywhere, of who belongs to large segments. One for each layer, because a segment's members are
 * kept where its document is. Safe for use by multiple threads.
 */
public interface Memberships {
    /** Those of a layer that keeps no members: nothing is ever known. */
    Memberships NONE = (segment, version) -> targetingKey -> Known.UNKNOWN;

    /** What is known of one targeting key. */
    enum Known {
        YES,
        NO,
        /** Nothing yet. It matches neither as it stands nor negated. */
        UNKNOWN
    }

    /** The members of one segment, as compiled into a snapshot. */
    @FunctionalInterface
    interface Members {
        /**
         * Whether a targeting key belongs to them. Called while evaluating: takes no lock, does no I/O, never throws. What is not
         * known is remembered, to be fetched in the background.
         *
         * @param targetingKey never empty
         */
        Known ask(String targetingKey);
    }

    /** The members of the version that a segment's document names now. Called when a snapshot is compiled. */
    Members of(String segment, SegmentVersion version);

    /**
     * Fetches what is not known of a targeting key. Does not wait, and never throws.
     *
     * @param segments names of large segments that were compiled
     * @return completed, never exceptionally, with whether all is known; whoever no longer waits may cancel it
     */
    default CompletableFuture<Boolean> fetch(String targetingKey, Set<String> segments) {
        return CompletableFuture.completedFuture(segments.isEmpty());
    }
}
