package dev.flags.store.tck;

import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.Storage;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

class InMemoryFlagStoreTest extends FlagStoreContract {
    @Override
    protected StoreFixture fixture(Path directory) {
        Map<String, Storage> environments = new ConcurrentHashMap<>();
        return new StoreFixture() {
            @Override
            public Storage open(String environment) {
                return environments.computeIfAbsent(environment, InMemoryFlagStore::storage);
            }

            @Override
            public Optional<SharedStore> sharedBetweenProcesses() {
                return Optional.empty();
            }

            @Override
            public Push push() {
                return Push.SIGNAL;
            }
        };
    }
}
