package dev.flags.benchmarks.redis;

import dev.flags.Flags;
import dev.flags.FlagsStatus;
import dev.flags.Subscription;
import dev.flags.model.Problem;
import dev.flags.redis.RedisFlagStore;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.StreamEntry;

/**
 * A process of instances: {@code flags|bare URL HOW-MANY}. Says {@code ready}, and again for each byte of its input, after collecting its
 * garbage. Follows until its input ends, and then prints for each revision that an instance saw: the revision and {@link System#nanoTime}, which all processes of a machine share.
 */
public final class Followers {
    private static final ConcurrentLinkedQueue<long[]> SEEN = new ConcurrentLinkedQueue<>();

    private Followers() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        int instances = Integer.parseInt(args[2]);
        CountDownLatch ready = new CountDownLatch(instances);
        List<Flags> opened = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
            if (args[0].equals("flags")) {
                opened.add(Flags.builder().layer(new Timed(args[1])).build());
                ready.countDown();
            } else {
                Thread thread = new Thread(() -> followBare(URI.create(args[1]), ready));
                thread.setDaemon(true);
                thread.start();
            }
        }
        ready.await();
        System.out.println("ready");
        while (System.in.read() >= 0) {
            // of a hundred instances' garbage, what was made so far is not to be collected while measuring
            System.gc();
            System.out.println("ready");
        }
        StringBuilder lines = new StringBuilder();
        SEEN.forEach(seen -> lines.append(seen[0]).append(' ').append(seen[1]).append('\n'));
        System.out.print(lines);
        System.out.flush();
        opened.forEach(Flags::close);
    }

    private static void saw(long revision) {
        SEEN.add(new long[] {revision, System.nanoTime()});
    }

    /** As little as one can write with Jedis: a blocking read of the stream, again and again. */
    private static void followBare(URI url, CountDownLatch ready) {
        try (RedisClient client = RedisClient.builder()
                .hostAndPort(new HostAndPort(url.getHost(), url.getPort()))
                .clientConfig(DefaultJedisClientConfig.builder()
                        .socketTimeoutMillis(2_000)
                        .blockingSocketTimeoutMillis(3_000)
                        .build())
                .build()) {
            try (Connection connection = client.getPool().getResource()) {
                connection.ping();
            }
            ready.countDown();
            StreamEntryID last = StreamEntryID.XREAD_NEW_ENTRY;
            while (true) {
                List<Map.Entry<String, List<StreamEntry>>> streams = client.xread(
                        XReadParams.xReadParams().count(200).block(1_000), Map.of(FollowBenchmark.LOG, last));
                if (streams == null) {
                    continue;
                }
                for (StreamEntry entry : streams.get(0).getValue()) {
                    last = entry.getID();
                    saw(last.getTime());
                }
            }
        }
    }

    /** A store that notes when what it handed on is served. */
    private static final class Timed implements FlagSource {
        private final RedisFlagStore store;

        Timed(String url) {
            store = RedisFlagStore.open(url, FollowBenchmark.ENVIRONMENT);
        }

        @Override
        public String name() {
            return store.name();
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener listener) {
            return store.follow(options, new SourceListener() {
                @Override
                public void loaded(LayerContent content, FlagsStatus.State state, Instant contact) {
                    // the snapshot is served when this returns
                    listener.loaded(content, state, contact);
                    saw(content.revision());
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
