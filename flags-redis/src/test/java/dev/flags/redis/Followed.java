package dev.flags.redis;

import static java.util.Objects.requireNonNull;

import dev.flags.FlagsStatus.State;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.Problem;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.FlagStore;
import dev.flags.store.StoreUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** What one instance has of the flag {@code a}, and a way to change it. Safe for use by multiple threads. */
final class Followed implements SourceListener, AutoCloseable {
    private static final String KEY = "a";

    private final FlagStore store;
    private final Subscription subscription;
    private volatile int percent = -1;
    private volatile @Nullable State state;
    private final List<String> problems = new CopyOnWriteArrayList<>();

    Followed(FlagStore store) {
        this.store = store;
        this.subscription = store.follow(FollowOptions.DEFAULT, this);
    }

    /** Commits a percentage, once; what was thrown is passed on. */
    static CommitOutcome set(FlagStore store, int percent) {
        return store.commit(new Commit(new Actor("ada", "ada", "host"), "set", "because", Map.of(), found -> {
            FlagState before = found.flag(KEY);
            FlagDefinition wanted = FlagDefinition.builder(KEY)
                    .percentage(Percentage.of(percent))
                    .build();
            return Commit.Write.flags(Map.of(
                    KEY,
                    new FlagState(
                            KEY,
                            before.revision(),
                            Optional.of(wanted),
                            before.kill(),
                            before.rollout(),
                            before.updatedAt(),
                            before.updatedBy(),
                            List.of())));
        }));
    }

    /** As {@link #set}, until the store takes it. */
    static void setPersistently(FlagStore store, int percent) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    try {
                        return set(store, percent) instanceof CommitOutcome.Committed;
                    } catch (StoreUnavailableException e) {
                        return false;
                    }
                });
    }

    void awaitPercent(int wanted) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> percent == wanted);
    }

    void awaitState(State wanted) {
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> state == wanted);
    }

    List<String> problems() {
        return problems;
    }

    @Override
    public void loaded(LayerContent content, State now, Instant contact) {
        percent = Optional.ofNullable(content.flags().get(KEY))
                .flatMap(flag -> requireNonNull(flag).definition())
                .map(definition -> definition.percentage().buckets() / 1000)
                .orElse(-1);
        state = now;
    }

    @Override
    public void unchanged(Instant contact) {}

    @Override
    public void state(State now, List<Problem> why) {
        state = now;
        why.forEach(problem -> problems.add(problem.message()));
    }

    @Override
    public void close() {
        subscription.close();
        store.close();
    }
}
