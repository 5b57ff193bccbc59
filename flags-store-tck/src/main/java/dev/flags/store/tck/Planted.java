package dev.flags.store.tck;

import dev.flags.json.Json;
import dev.flags.store.AuditChain;
import dev.flags.store.Head;
import dev.flags.store.Storage;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes past the store's own checks, as a newer version, a script or a person at a database prompt would. */
final class Planted {
    private Planted() {}

    /** Any texts as a flag's records, with an audit entry that chains. */
    static void flag(Storage storage, String key, @Nullable String definition, @Nullable String kill) {
        Storage.Attempted ended = storage.attempt(view -> append(storage, view, key, definition, kill, view.head()));
        if (ended instanceof Storage.Attempted.HeadMoved) {
            throw new AssertionError("somebody else wrote meanwhile");
        }
    }

    /** These definitions as all that there is, in a commit that follows on any head. */
    static Storage.Append replacing(Storage storage, Storage.View view, Head on, Map<String, String> definitions) {
        Storage.Append one = append(storage, view, "unused", null, null, on);
        Instant at = view.now().truncatedTo(ChronoUnit.MILLIS);
        return new Storage.Append(
                on.epoch(),
                one.entry(),
                definitions.keySet(),
                definitions.entrySet().stream()
                        .map(flag -> new StoredFlag(
                                flag.getKey(), on.revision() + 1, flag.getValue(), null, null, at, "mallory"))
                        .toList(),
                List.of(),
                null,
                true);
    }

    static Storage.Append append(
            Storage storage,
            Storage.View view,
            String key,
            @Nullable String definition,
            @Nullable String kill,
            Head on) {
        Instant at = view.now().truncatedTo(ChronoUnit.MILLIS);
        long revision = on.revision() + 1;
        Map<String, Object> records = new LinkedHashMap<>();
        records.put("revision", revision);
        records.put("definition", definition);
        records.put("kill", kill);
        records.put("rollout", null);
        Map<String, Object> before = new HashMap<>();
        before.put(key, null);
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("schema", 1L);
        payload.put("environment", storage.environment());
        payload.put("epoch", on.epoch());
        payload.put("revision", revision);
        payload.put("at", at.toString());
        payload.put("actor", Map.of("name", "mallory"));
        payload.put("action", "plant");
        payload.put("reason", "a test");
        payload.put("details", Map.of());
        payload.put("keys", List.of(key));
        payload.put("before", before);
        payload.put("after", Map.of(key, records));
        payload.put("previousHash", on.hash());
        String text = Json.write(payload);
        return new Storage.Append(
                on.epoch(),
                new StoredEntry(revision, text, AuditChain.hash(text)),
                Set.of(key),
                List.of(new StoredFlag(key, revision, definition, kill, null, at, "mallory")),
                List.of(),
                null,
                false);
    }
}
