package dev.flags.redis;

import dev.flags.servers.RedisServer;
import dev.flags.store.AuditChain;
import dev.flags.store.Storage;
import dev.flags.store.Storage.Append;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import dev.flags.store.StoredSegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of the storage alone, on one server for all of them, empty for each. */
abstract class OneRedis {
    /** Ends with the JVM. */
    static final RedisServer SERVER = RedisServer.binary();

    static final String BASE = "flags:{production}:";

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    final void empty() {
        SERVER.call("FLUSHALL");
    }

    @AfterEach
    final void closeAll() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    final <T extends AutoCloseable> T closing(T resource) {
        opened.add(0, resource);
        return resource;
    }

    final RedisStorage storage() {
        return storage("production");
    }

    final RedisStorage storage(String environment) {
        return closing(RedisFlagStore.builder(SERVER.url(), environment)
                .commandTimeout(RedisFlagStoreTest.Opener.PATIENCE)
                .storage());
    }

    /** Every key with what it holds, to see that nothing was written. */
    static Map<String, Object> everything() {
        return everything(SERVER);
    }

    static Map<String, Object> everything(RedisServer server) {
        Map<String, Object> all = new TreeMap<>();
        for (Object key : (List<?>) server.call("KEYS", "*")) {
            String name = String.valueOf(key);
            all.put(name, server.call("DUMP", name));
        }
        return all;
    }

    static StoredFlag flag(Storage.View view, String key, @Nullable String kill) {
        return new StoredFlag(
                key, view.head().revision() + 1, "{\"key\":\"" + key + "\"}", kill, null, view.now(), "ada");
    }

    /** Gives each of the flags a new definition. */
    static Storage.Planner touching(String... keys) {
        return view -> append(
                view, Arrays.stream(keys).map(key -> flag(view, key, null)).toList(), List.of(), null);
    }

    static Storage.Planner killing(String key) {
        return view -> append(view, List.of(flag(view, key, "{\"reason\":\"INC-431\"}")), List.of(), null);
    }

    static Append append(
            Storage.View view, List<StoredFlag> flags, List<StoredSegment> segments, @Nullable String settings) {
        String payload = "{\"revision\":" + (view.head().revision() + 1) + ",\"at\":\"" + view.now() + "\""
                + (settings == null ? "" : ",\"settings\":{\"before\":null,\"after\":" + settings + "}")
                + ",\"previousHash\":\"" + view.head().hash() + "\"}";
        return new Append(
                view.head().epoch(),
                new StoredEntry(view.head().revision() + 1, payload, AuditChain.hash(payload)),
                flags.stream().map(StoredFlag::key).collect(Collectors.toSet()),
                flags,
                segments,
                settings,
                false);
    }
}
