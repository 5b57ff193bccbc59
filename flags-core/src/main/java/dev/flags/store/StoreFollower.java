package dev.flags.store;

import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;

final class StoreFollower {
    StoreFollower(Storage storage, FollowOptions options, SourceListener listener) {}

    void start() {}

    void close() {}
}
