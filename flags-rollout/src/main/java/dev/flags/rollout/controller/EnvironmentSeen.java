package dev.flags.rollout.controller;

import dev.flags.model.FlagState;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.ScheduledChange;
import dev.flags.store.StoredState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An environment's flags, loaded when its head has moved. Not thread-safe; confine it to one thread. */
final class EnvironmentSeen {
    private final FlagStore store;
    private Map<String, FlagState> flags = Map.of();
    private List<ScheduledChange> scheduled = List.of();
    private @Nullable Head head;

    EnvironmentSeen(FlagStore store) {
        this.store = store;
    }

    void refresh() {
        if (!store.head().equals(head)) {
            StoredState loaded = store.load();
            Map<String, FlagState> all = new LinkedHashMap<>();
            loaded.flagStates().forEach(flag -> all.put(flag.key(), flag));
            flags = all;
            scheduled = loaded.environmentSettings().scheduled();
            head = loaded.head();
        }
    }

    /** Loads everything at the next refresh. */
    void forget() {
        head = null;
    }

    Collection<FlagState> flags() {
        return flags.values();
    }

    /** One flag; {@link FlagState#absent} when there is none. */
    FlagState flag(String key) {
        return flags.getOrDefault(key, FlagState.absent(key));
    }

    List<ScheduledChange> scheduled() {
        return scheduled;
    }
}
