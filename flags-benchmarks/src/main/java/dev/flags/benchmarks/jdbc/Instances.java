package dev.flags.benchmarks.jdbc;

import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.Subscription;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.model.Problem;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A process of instances: {@code URL USER PASSWORD POLL-MILLIS HOW-MANY}. Says {@code ready}, follows until its input ends, and then
 * prints for each revision that an instance served: the revision and {@link System#nanoTime}, which all processes of a machine share.
 */
public final class Instances {
    private static final ConcurrentLinkedQueue<long[]> SERVED = new ConcurrentLinkedQueue<>();

    private Instances() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        List<Flags> opened = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[4]); i++) {
            Flags flags = Flags.builder()
                    .layer(new Timed(args[0], args[1], args[2], Duration.ofMillis(Long.parseLong(args[3]))))
                    .build();
            if (!flags.awaitReady(Duration.ofSeconds(30))) {
                throw new IllegalStateException(flags.status().toString());
            }
            opened.add(flags);
        }
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // until it ends
        }
        StringBuilder lines = new StringBuilder();
        SERVED.forEach(seen -> lines.append(seen[0]).append(' ').append(seen[1]).append('\n'));
        System.out.print(lines);
        System.out.flush();
        opened.forEach(Flags::close);
    }

    /** A store that notes when what it handed on is served. */
    private static final class Timed implements FlagSource {
        private final JdbcFlagStore store;
        private final Duration pollInterval;

        Timed(String url, String user, String password, Duration pollInterval) {
            this.store = JdbcFlagStore.builder(url, CommitToServed.ENVIRONMENT)
                    .user(user)
                    .password(() -> password)
                    .pollInterval(pollInterval)
                    .open();
            this.pollInterval = pollInterval;
        }

        @Override
        public String name() {
            return store.name();
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener listener) {
            FollowOptions polling = new FollowOptions(
                    options.snapshotDirectory(), options.maxSnapshotAge(), pollInterval, options.clock());
            return store.follow(polling, new SourceListener() {
                @Override
                public void loaded(LayerContent content, FlagsStatus.State state, Instant contact) {
                    // the snapshot is served when this returns
                    listener.loaded(content, state, contact);
                    SERVED.add(new long[] {content.revision(), System.nanoTime()});
                }

                @Override
                public void unchanged(Instant contact) {
                    listener.unchanged(contact);
                }

                @Override
                public void state(FlagsStatus.State state, List<Problem> problems) {
                    listener.state(state, problems);
                }
            });
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
