package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flags.EvaluationContext;
import dev.flags.Flags;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a commit makes each instance allocate, as the JVM itself counts it, from the stored entry to the served snapshot. With many
 * instances on few cores that decides how soon the last of them serves it.
 */
class FollowingAllocationTest {
    private static final int FLAGS = 100;
    private static final int COMMITS = 1_000;
    private static final long MOST = 34_000;

    private final InMemoryStorage storage = new InMemoryStorage("production", Clock.systemUTC());
    private final FlagStore store = new StorageFlagStore(storage);

    @Test
    void aCommitOfOneFlagAmongAHundredTakesLessThan34Kilobytes() {
        store.commit(new Commit(Commits.ADA, "apply", "because", Map.of(), found -> {
            Map<String, FlagState> wanted = new HashMap<>();
            for (int i = 0; i < FLAGS; i++) {
                FlagState absent = found.flag("flag-" + i);
                wanted.put(absent.key(), Commits.with(absent, Optional.of(definition(i)), Optional.empty()));
            }
            return Commit.Write.flags(wanted);
        }));
        StoredState start = storage.load();
        for (int i = 0; i < COMMITS; i++) {
            Commits.addBucket(store, "flag-" + i % FLAGS);
        }
        List<StoredEntry> entries = storage.entriesAfter(start.head().revision(), COMMITS);

        // until the compiler has done its work, which nothing else tells
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 100 && least / COMMITS > MOST; round++) {
            least = Math.min(least, allocatedByFollowing(start, entries));
        }
        // 50,000 when all flags were copied, and what was before a commit was read too; 26,000 now
        assertThat(least / COMMITS).isBetween(1_000L, MOST);
    }

    private long allocatedByFollowing(StoredState start, List<StoredEntry> entries) {
        Listened source = new Listened();
        try (Flags flags = Flags.builder().layer(source).build()) {
            Serving serving =
                    new Serving(storage, storage.feed(), source.options(), Objects.requireNonNull(source.listener));
            serving.found(start);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            boolean all = true;
            for (StoredEntry entry : entries) {
                // no assertion in here, it would be counted
                all &= serving.goneOn(Objects.requireNonNull(serving.seen()), List.of(entry));
            }
            long after = threads.getCurrentThreadAllocatedBytes();
            assertThat(all).isTrue();
            assertThat(flags.decide("flag-7", EvaluationContext.of("ann")).revision())
                    .isEqualTo(start.head().revision() + COMMITS - FLAGS + 8);
            return after - before;
        }
    }

    private static FlagDefinition definition(int number) {
        String rules = IntStream.range(0, 2)
                .mapToObj(i -> "{'id':'rule-" + i + "','conditions':[{'attribute':'country','operator':'in',"
                        + "'values':['DE','FR','IT','ES']}],'variant':'on'}")
                .collect(Collectors.joining(","));
        return FlagJson.definition(
                "flag",
                ("{'key':'flag-" + number + "','description':'Flag number " + number
                                + "','owner':'team','tags':['checkout','web'],'rules':[" + rules + "]}")
                        .replace('\'', '"'));
    }

    private static final class Listened implements FlagSource {
        private @Nullable SourceListener listener;
        private @Nullable FollowOptions followed;

        FollowOptions options() {
            return Objects.requireNonNull(followed);
        }

        @Override
        public String name() {
            return "store";
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener told) {
            followed = options;
            listener = told;
            told.loaded(
                    dev.flags.source.LayerContent.empty(),
                    dev.flags.FlagsStatus.State.READY,
                    options.clock().instant());
            return () -> {};
        }

        @Override
        public void close() {}
    }
}
