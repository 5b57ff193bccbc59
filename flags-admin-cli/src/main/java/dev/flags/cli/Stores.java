package dev.flags.cli;

import dev.flags.secrets.Secrets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** From a store's URL to its kind. */
final class Stores {
    /** How a URL begins, and what opens it. A maker is a function, so that no kind's classes are loaded before its turn. */
    private static final Map<String, Function<Session, StoreKind>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put(SqliteKind.PREFIX, SqliteKind::new);
        KINDS.put(FlagFileKind.PREFIX, FlagFileKind::new);
        for (String scheme :
                new String[] {"redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster"
                }) {
            KINDS.put(scheme + "://", RedisKind::new);
        }
        for (String database : new String[] {"postgresql", "mysql", "mariadb"}) {
            KINDS.put("jdbc:" + database + ":", DatabaseKind::new);
        }
    }

    private Stores() {}

    /** The kind of the store that the settings name. */
    static StoreKind of(Session session) {
        String url = session.settings().store();
        for (Map.Entry<String, Function<Session, StoreKind>> kind : KINDS.entrySet()) {
            if (url.startsWith(kind.getKey())) {
                return kind.getValue().apply(session);
            }
        }
        throw new UsageException("'" + Secrets.mask(url)
                + "' is not a store URL. One begins with " + String.join(", ", KINDS.keySet())
                + " - for instance redis://HOST:6379, jdbc:postgresql://HOST/DATABASE, jdbc:sqlite:flags.db");
    }
}
