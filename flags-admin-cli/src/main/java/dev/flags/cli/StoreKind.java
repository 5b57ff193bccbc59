package dev.flags.cli;

import dev.flags.secrets.Secrets;
import dev.flags.store.Finding;
import dev.flags.store.FlagStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * One kind of store, at the URL that the settings name. Its libraries are loaded only when a URL asks for it, because a verb on a
 * local file must not wait for them. Confined to one thread.
 */
abstract class StoreKind {
    final Session session;
    final String url;

    StoreKind(Session session) {
        this.session = session;
        this.url = session.settings().store();
    }

    /** The store, which must be there. The caller closes it. */
    abstract FlagStore open(String environment);

    /** The store, made first where it is a file that is not there. The caller closes it. */
    FlagStore openOrMake(String environment) {
        return open(environment);
    }

    /** As {@link #open}; where {@link #openOrMake} would make a store, an empty one in memory, so that a dry run makes no file. */
    FlagStore openOrImagine(String environment) {
        return open(environment);
    }

    /** What {@code db migrate} does here; empty where a store of this kind has no tables. */
    Optional<Migrations> migrations() {
        return Optional.empty();
    }

    /** What {@code doctor} says of this kind beyond what every store says of itself. */
    List<Finding> examine() {
        return List.of();
    }

    /** The database that the store is in, for preconditions that name none; empty where it is not in one. */
    Optional<DataSource> database() {
        return Optional.empty();
    }

    /** The variables that tell an application where the store is, and as whom to log in. */
    Map<String, String> forApplications() {
        return Map.of("FLAGS_STORE", url);
    }

    /** The variables with the logins that ways to the store ask for beside its own. */
    Map<String, String> furtherLogins() {
        return Map.of();
    }

    /** Where it is, for messages; without secrets. */
    String place() {
        return Secrets.mask(url);
    }

    /** Releases what was opened for all of the run. */
    void close() {}

    /** The scripts that make and upgrade a store's tables. */
    interface Migrations {
        /** What would be applied, in order; changes nothing. */
        List<String> pending();

        /** Applies it, and answers what was applied. */
        List<String> apply();
    }
}
