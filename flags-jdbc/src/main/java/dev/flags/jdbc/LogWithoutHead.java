package dev.flags.jdbc;

import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.store.Head;
import dev.flags.store.StoredEntry;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an environment's log says of the row that was lost. The log goes on from its last entry, in the epoch that this names;
 * how many rows there were nobody can tell. The next commit writes the row again. Not thread-safe; confine it to one
 * transaction.
 */
final class LogWithoutHead {
    private static final int PAGE = 200;

    private final Reading reading;

    LogWithoutHead(Reading reading) {
        this.reading = reading;
    }

    EnvironmentRow row(StoredEntry last) throws SQLException {
        Map<?, ?> payload = parsed(last);
        String epoch = payload.get("epoch") instanceof String named ? named : reading.epoch();
        return new EnvironmentRow(
                false, new Head(epoch, last.revision(), last.hash()), settings(), Optional.empty(), time(payload));
    }

    /** From the last entry that changed them. */
    private @Nullable String settings() throws SQLException {
        long below = Long.MAX_VALUE;
        List<StoredEntry> page;
        do {
            page = reading.entriesBefore(below, PAGE, Optional.empty());
            for (StoredEntry entry : page) {
                if (entry.payload().contains("\"settings\"")
                        && parsed(entry).get("settings") instanceof Map<?, ?> change) {
                    Object after = change.get("after");
                    return after == null || after instanceof String ? (String) after : Json.write(after);
                }
                below = entry.revision();
            }
        } while (page.size() == PAGE);
        return null;
    }

    private static Instant time(Map<?, ?> payload) {
        try {
            return payload.get("at") instanceof String at ? Instant.parse(at) : Instant.EPOCH;
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private static Map<?, ?> parsed(StoredEntry entry) {
        try {
            return Json.parse(entry.payload(), Json.MAX_FILE_BYTES) instanceof Map<?, ?> map ? map : Map.of();
        } catch (JsonException e) {
            // An entry that something else wrote says nothing.
            return Map.of();
        }
    }
}
