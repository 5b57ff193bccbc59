package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.redis.RedisFlagStore;
import dev.flags.store.FlagStore;

/** Redis or Valkey: one server, or behind Sentinel, or a cluster. Nothing is to be made there. */
final class RedisKind extends StoreKind {
    RedisKind(Session session) {
        super(session);
    }

    @Override
    FlagStore open(String environment) {
        try {
            return RedisFlagStore.builder(url, environment).open();
        } catch (FlagsException e) {
            throw new UsageException(e.getMessage(), e); // nothing was asked of a server yet: it is what was typed
        }
    }
}
