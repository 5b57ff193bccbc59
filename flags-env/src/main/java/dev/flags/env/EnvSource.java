package dev.flags.env;

import dev.flags.FlagsStatus;
import dev.flags.Subscription;
import dev.flags.model.Problem;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A layer of environment variables, system properties and {@code .env} files.
 *
 * <ul>
 *   <li>{@code FEATURE_FLAGS=new-dashboard,ai-media-gen} enables the listed flags; declared {@linkplain
 *       EnvSourceBuilder#listIsComplete complete}, flags that this layer does not name are off.
 *   <li>{@code FLAGS_ATOMIC_PROJECTS=true|false|25%|kill|VARIANT} sets one; so does the system property {@code
 *       flags.atomic-projects}. {@code on}, {@code yes}, {@code 1} and {@code off}, {@code no}, {@code 0} are understood too.
 *   <li>Older names such as {@code FEATURE_X=true} and {@code USE_X=true} are read once their {@linkplain
 *       EnvSourceBuilder#prefix prefix} is given.
 * </ul>
 *
 * <p>What is set here overrides the layers below and keeps their salt, variants and rules. A system property counts before a
 * variable of the process, and that before a {@code .env} file; of contradictory names within one of these the lower exposure
 * wins, and a kill wins from anywhere. A malformed value enables nothing. Both are reported by name, without the value.
 *
 * <p>A {@code .env} file is read again when it changes. The variables of a running process cannot change: they need a restart.
 * System properties are read when following starts.
 *
 * <p>Safe for use by multiple threads.
 */
public final class EnvSource implements FlagSource {
    private static final String NAME = "env";

    private final EnvSourceBuilder settings;

    EnvSource(EnvSourceBuilder settings) {
        this.settings = settings;
    }

    /** The process' variables and system properties, with the prefix {@code FLAGS_} and the list {@code FEATURE_FLAGS}. */
    public static EnvSource create() {
        return builder().build();
    }

    public static EnvSourceBuilder builder() {
        return new EnvSourceBuilder();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Subscription follow(FollowOptions options, SourceListener listener) {
        EnvReading first = read(options);
        tell(first, options, listener);
        if (settings.dotEnvFiles().isEmpty()) {
            return () -> {};
        }
        CountDownLatch closed = new CountDownLatch(1);
        Thread thread = new Thread(() -> rereadUntil(closed, first, options, listener), "flags-follow-" + NAME);
        thread.setDaemon(true);
        thread.start();
        return closed::countDown;
    }

    @Override
    public void close() {
        // nothing is held open between two readings
    }

    private void rereadUntil(CountDownLatch closed, EnvReading first, FollowOptions options, SourceListener listener) {
        EnvReading known = first;
        try {
            while (!closed.await(options.pollInterval().toMillis(), TimeUnit.MILLISECONDS)) {
                EnvReading found = read(options);
                if (found.sameAs(known)) {
                    listener.unchanged(options.clock().instant());
                } else {
                    tell(found, options, listener);
                    known = found;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private EnvReading read(FollowOptions options) {
        return EnvReading.of(settings, options.clock().instant());
    }

    private static void tell(EnvReading reading, FollowOptions options, SourceListener listener) {
        List<Problem> problems = reading.problems();
        LayerContent content =
                new LayerContent(0, reading.flags(), Map.of(), reading.complete(), java.util.Set.of(), problems);
        listener.loaded(content, FlagsStatus.State.READY, options.clock().instant());
    }
}
