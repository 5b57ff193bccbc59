package dev.flags.cli;

import dev.flags.store.FlagStore;

/** Redis or Valkey: one server, or behind Sentinel, or a cluster. Nothing is to be made there. */
final class RedisKind extends StoreKind {
    RedisKind(Session session) {
        super(session);
    }

    @Override
    FlagStore open(String environment) {
        throw new UsageException("not yet");
    }
}
