package dev.flags.jdbc;

import dev.flags.store.AuditChain;
import dev.flags.store.Storage;
import dev.flags.store.Storage.Append;
import dev.flags.store.StoredEntry;
import dev.flags.store.StoredFlag;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Commits for tests of the storage alone: opaque texts, as a store sees them. */
final class Appends {
    private Appends() {}

    /** Gives each of the flags a new definition. */
    static Storage.Planner touching(String... keys) {
        return view -> append(
                view,
                Arrays.stream(keys)
                        .map(key -> new StoredFlag(
                                key,
                                view.head().revision() + 1,
                                "{\"key\":\"" + key + "\"}",
                                null,
                                null,
                                view.now(),
                                "ada"))
                        .toList());
    }

    static Append append(Storage.View view, List<StoredFlag> flags) {
        String payload = "{\"revision\":" + (view.head().revision() + 1) + ",\"at\":\"" + view.now()
                + "\",\"previousHash\":\"" + view.head().hash() + "\"}";
        return new Append(
                view.head().epoch(),
                new StoredEntry(view.head().revision() + 1, payload, AuditChain.hash(payload)),
                flags.stream().map(StoredFlag::key).collect(Collectors.toSet()),
                flags,
                List.of(),
                null,
                false);
    }
}
