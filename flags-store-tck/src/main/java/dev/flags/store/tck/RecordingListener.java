package dev.flags.store.tck;

import static org.awaitility.Awaitility.await;

import dev.flags.FlagsStatus.State;
import dev.flags.model.Problem;
import dev.flags.source.LayerContent;
import dev.flags.source.LayerFlag;
import dev.flags.source.SourceListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Remembers what a follower said. Safe for use by multiple threads. */
final class RecordingListener implements SourceListener {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private @Nullable LayerContent content;
    private @Nullable State state;
    private final List<State> states = new ArrayList<>();
    private final List<LayerContent> contents = new ArrayList<>();
    private List<Problem> problems = List.of();

    @Override
    public synchronized void loaded(LayerContent loaded, State now, Instant contact) {
        content = loaded;
        contents.add(loaded);
        became(now);
    }

    @Override
    public void unchanged(Instant contact) {}

    @Override
    public synchronized void state(State now, List<Problem> why) {
        problems = why;
        became(now);
    }

    private void became(State now) {
        if (now != state) {
            states.add(now);
        }
        state = now;
    }

    synchronized List<State> states() {
        return List.copyOf(states);
    }

    synchronized List<LayerContent> contents() {
        return List.copyOf(contents);
    }

    synchronized String problems() {
        return problems.toString();
    }

    synchronized LayerContent content() {
        LayerContent now = content;
        if (now == null) {
            throw new AssertionError("nothing was loaded");
        }
        return now;
    }

    synchronized boolean isLoaded() {
        return content != null;
    }

    Optional<LayerFlag> flag(String key) {
        return Optional.ofNullable(content().flags().get(key));
    }

    int percent(String key) {
        return flag(key).orElseThrow().definition().orElseThrow().percentage().buckets() / 1000;
    }

    void awaitState(State wanted) {
        await("state " + wanted)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> {
                    synchronized (this) {
                        return state == wanted;
                    }
                });
    }

    /** Of what is loaded and why it is no better the second is told a moment later. */
    void awaitProblems(Predicate<String> wanted) {
        await("the problems")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> wanted.test(problems()));
    }

    void awaitRevision(long revision) {
        awaitContent("revision " + revision, loaded -> loaded.revision() >= revision);
    }

    void awaitContent(String what, Predicate<LayerContent> wanted) {
        await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
            synchronized (this) {
                return content != null && wanted.test(content);
            }
        });
    }
}
