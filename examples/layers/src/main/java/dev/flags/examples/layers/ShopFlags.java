package dev.flags.examples.layers;

import dev.flags.Flags;
import dev.flags.env.EnvSource;
import dev.flags.redis.RedisFlagStore;
import dev.flags.source.FileSource;
import java.nio.file.Path;

/** How a shop opens its flags: what all instances share is on Redis, with something above it and something below. */
public final class ShopFlags {
    private ShopFlags() {}

    /**
     * The flags of one instance.
     *
     * @param redisUrl such as {@code redis://cache:6379}; the password is in {@code FLAGS_REDIS_PASSWORD}
     * @param directory where this machine keeps the application's files
     */
    public static Flags open(String redisUrl, Path directory) {
        // region layers
        Flags flags = Flags.builder()
                .layer(EnvSource.create()) // FLAGS_NEW_CHECKOUT=false on one machine beats everything below
                .layer(RedisFlagStore.open(redisUrl, "production")) // what all instances share
                .layer(FileSource.of(directory.resolve("flags.yaml"))) // ships along; for 'flags kill KEY --file'
                .snapshotDirectory(directory.resolve("snapshots")) // what Redis last said, for a start without it
                .build();
        // endregion
        return flags;
    }
}
