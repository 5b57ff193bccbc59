package dev.flags.outcomes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UserSetTest {
    @Property
    void holdsEachHashOnce(@ForAll Set<Long> hashes) {
        UserSet set = new UserSet(10_000, 0);
        Set<Long> expected = new HashSet<>(hashes);
        expected.remove(0L);
        expected.forEach(hash -> assertThat(set.add(hash)).isEqualTo(UserSet.Added.NEW));
        expected.forEach(hash -> assertThat(set.add(hash)).isEqualTo(UserSet.Added.KNOWN));
        assertThat(LongStream.of(set.sorted()).boxed()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(set.size()).isEqualTo(expected.size());
    }

    @Test
    void isBounded() {
        UserSet set = new UserSet(1_000, 0);
        int added = 0;
        for (long i = 1; i <= 100_000; i++) {
            added += set.add(i * 0x9E3779B97F4A7C15L) == UserSet.Added.NEW ? 1 : 0;
        }
        assertThat(added).isEqualTo(1_000);
        assertThat(set.add(0x9E3779B97F4A7C15L)).isEqualTo(UserSet.Added.KNOWN);
    }

    @Test
    void eachHashIsNewToExactlyOneOfEightThreads() throws InterruptedException {
        UserSet set = new UserSet(20_000, 0);
        AtomicInteger fresh = new AtomicInteger();
        CountDownLatch together = new CountDownLatch(8);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int t = 0; t < 8; t++) {
            threads.execute(() -> {
                together.countDown();
                for (long i = 1; i <= 10_000; i++) {
                    if (set.add(i * 0x9E3779B97F4A7C15L) == UserSet.Added.NEW) {
                        fresh.incrementAndGet();
                    }
                }
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(fresh).hasValue(10_000);
        assertThat(set.sorted()).hasSize(10_000).doesNotHaveDuplicates();
    }
}
