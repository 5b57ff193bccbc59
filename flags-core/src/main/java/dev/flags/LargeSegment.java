package dev.flags;

import dev.flags.model.SegmentVersion;
import org.jspecify.annotations.Nullable;

/** One large segment of one layer, and which of its versions counts now. Safe for use by multiple threads. */
final class LargeSegment {
    final String name;

    /** Where its answer stands among those known of one targeting key. */
    final int index;

    /** By identity: the same version is the same object for as long as it counts. */
    volatile SegmentVersion current;

    // confined to the fetching thread: the version that was last found to be all there, and when
    @Nullable
    SegmentVersion whole;

    int wholeAt;
    long foundDamagedAt;

    LargeSegment(String name, int index, SegmentVersion version) {
        this.name = name;
        this.index = index;
        this.current = version;
    }

    /**
     * What was found out about one targeting key; the same object for many.
     *
     * @param version the version that it was found in
     * @param member whether it is in it
     * @param at the tick at which it was asked for
     */
    record Answer(SegmentVersion version, boolean member, int at) {}
}
