package dev.flags.redis;

import dev.flags.store.AuditChain;
import dev.flags.store.Head;
import dev.flags.store.StoreDamagedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The environment's head record, as read. Immutable.
 *
 * @param fields the hash's fields; empty when there is none
 */
record Meta(Map<String, String> fields) {
    /** What this version writes. A store with a higher one is left alone. */
    static final int SCHEMA = 1;

    Meta {
        fields = Map.copyOf(fields);
    }

    /**
     * Checks that the hash is one of ours.
     *
     * @throws StoreDamagedException when it is not, or was written by a newer version
     */
    static Meta checked(String key, String location, Map<String, String> fields) {
        Meta meta = new Meta(fields);
        if (fields.isEmpty()) {
            return meta;
        }
        for (String name : new String[] {"revision", "schema"}) {
            String value = fields.getOrDefault(name, "");
            if (!value.matches("[0-9]{1,18}")) {
                throw new StoreDamagedException("The key " + key + " at " + location
                        + " is not the head record of an environment: its field " + name + " is '" + value
                        + "'. Another program may be using the name; flags can use another prefix");
            }
        }
        if (Long.parseLong(meta.field("schema")) > SCHEMA) {
            throw newer(key, location, meta.field("schema"));
        }
        return meta;
    }

    static StoreDamagedException newer(String key, String location, String schema) {
        return new StoreDamagedException("The store at " + location + " was written by a newer version of flags (" + key
                + " has schema " + schema + ", this version knows " + SCHEMA
                + "). Use that version or a later one; nothing was written");
    }

    boolean isThere() {
        return !fields.isEmpty();
    }

    /** A field's value; empty when there is none. */
    String field(String name) {
        return fields.getOrDefault(name, "");
    }

    @Nullable
    String settings() {
        return fields.get("settings");
    }

    /** How many were committed, of a kind; empty when that is not known. */
    Optional<Long> count(String name) {
        String value = field(name);
        return value.matches("-?[0-9]{1,18}") ? Optional.of(Long.valueOf(value)) : Optional.empty();
    }

    /**
     * Where the history ends: what this record says, or the log's last entry where that is further on or all that is left.
     *
     * @param last the log's last entry, if it has any
     */
    Head head(Optional<RedisLog.Entry> last) {
        long revision = isThere() ? Long.parseLong(field("revision")) : 0;
        if (last.isPresent() && last.get().revision() > revision) {
            RedisLog.Entry entry = last.get();
            return new Head(
                    entry.epoch().isEmpty() ? field("epoch") : entry.epoch(),
                    entry.revision(),
                    entry.stored().hash());
        }
        return isThere() ? new Head(field("epoch"), revision, field("hash")) : new Head("", 0, AuditChain.ROOT);
    }

    /**
     * What was committed and is not there any more, as a sentence.
     *
     * @param found how many there are of each kind
     */
    Optional<String> missing(Map<String, Integer> found) {
        Map<String, String> gone = new LinkedHashMap<>();
        found.forEach((kind, there) -> count(kind)
                .filter(committed -> committed > there)
                .ifPresent(committed -> gone.put(kind, (committed - there) + " of " + committed + " " + kind)));
        return gone.isEmpty()
                ? Optional.empty()
                : Optional.of(String.join(", ", gone.values())
                        + " are gone: keys were evicted, or deleted by something other than flags");
    }
}
