package dev.flags;

import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.SegmentMembers;
import dev.flags.store.StorageFlagStore;
import dev.flags.store.StoreUnavailableException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory of which only the members of large segments hang or fail when a test says so. Safe for use by multiple threads. */
public final class FaultyStore extends StorageFlagStore {
    private final SegmentMembers behind;
    private final StorageFlagStore admin;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean down;
    private final AtomicInteger failingAdds = new AtomicInteger();

    public FaultyStore() {
        this(InMemoryFlagStore.storage("test"));
    }

    private FaultyStore(dev.flags.store.Storage storage) {
        super(storage);
        this.admin = new StorageFlagStore(storage);
        this.behind = storage.members().orElseThrow();
    }

    /** The same store without faults, as another process has it. */
    public StorageFlagStore admin() {
        return admin;
    }

    /** From now on whoever asks waits, until {@link #answer}, whatever interrupts it. */
    public void hang() {
        gate = new CountDownLatch(1);
    }

    public void fail() {
        down = true;
    }

    public void answer() {
        down = false;
        gate.countDown();
    }

    public void failAdds(int times) {
        failingAdds.set(times);
    }

    /** How often members were asked for. */
    public int asked() {
        return asked.get();
    }

    public SegmentMembers behind() {
        return behind;
    }

    @Override
    public Optional<SegmentMembers> members() {
        return Optional.of(new Faulty());
    }

    private void pass() {
        CountDownLatch now = gate;
        boolean passed = false;
        while (!passed) {
            try {
                now.await();
                passed = true;
            } catch (InterruptedException e) {
                // a driver that does not listen
            }
        }
        if (down) {
            throw new StoreUnavailableException("the members are down");
        }
    }

    private final class Faulty implements SegmentMembers {
        @Override
        public Set<String> among(String segment, String version, Collection<String> targetingKeys) {
            asked.incrementAndGet();
            pass();
            return behind.among(segment, version, targetingKeys);
        }

        @Override
        public long count(String segment, String version) {
            pass();
            return behind.count(segment, version);
        }

        @Override
        public void add(String segment, String version, Collection<String> targetingKeys) {
            if (failingAdds.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new StoreUnavailableException("the members are down");
            }
            behind.add(segment, version, targetingKeys);
        }

        @Override
        public List<String> versions(String segment) {
            return behind.versions(segment);
        }

        @Override
        public void remove(String segment, String version) {
            behind.remove(segment, version);
        }
    }
}
