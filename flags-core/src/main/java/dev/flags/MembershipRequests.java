package dev.flags;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Which memberships evaluating threads have asked for and nobody has fetched yet. A table with a few places for each request:
 * handing one in takes no lock, the same request is there once, and where all its places are taken it is dropped, since the next
 * evaluation asks again. So it neither grows nor waits, whatever becomes of the store. Safe for use by multiple threads; one thread
 * at a time drains.
 */
final class MembershipRequests {
    private static final int PLACES = 1 << 14;
    private static final int TRIES = 4;

    private final AtomicReferenceArray<Request> table = new AtomicReferenceArray<>(PLACES);
    private volatile boolean pending;
    private int next; // confined to the draining thread

    /** One membership to be fetched. */
    record Request(LargeSegment segment, String targetingKey) {}

    /** Whether it was new. */
    boolean offer(LargeSegment segment, String targetingKey) {
        int hash = targetingKey.hashCode() * 31 + segment.index;
        int home = hash ^ (hash >>> 15);
        Request request = null;
        for (int i = 0; i < TRIES; i++) {
            int place = (home + i) & (PLACES - 1);
            Request there = table.get(place);
            if (there == null) {
                request = request == null ? new Request(segment, targetingKey) : request;
                if (table.compareAndSet(place, null, request)) {
                    pending = true;
                    return true;
                }
                there = table.get(place);
            }
            if (there != null
                    && there.segment() == segment
                    && there.targetingKey().equals(targetingKey)) {
                return false;
            }
        }
        return false;
    }

    /** Whether there may be something to drain. */
    boolean isPending() {
        return pending;
    }

    /** Hands over what was asked for and forgets it, at most so many; goes on where the last call ended. */
    void drain(int most, Consumer<Request> to) {
        if (!pending) {
            return;
        }
        // before looking: what is handed in while this looks may be seen or not, and is seen the next time
        pending = false;
        int left = most;
        for (int i = 0; i < PLACES && left > 0; i++) {
            int place = next;
            next = (next + 1) & (PLACES - 1);
            if (table.get(place) != null) {
                Request request = table.getAndSet(place, null);
                if (request != null) {
                    to.accept(request);
                    left--;
                }
            }
        }
        if (left == 0) {
            pending = true;
        }
    }
}
