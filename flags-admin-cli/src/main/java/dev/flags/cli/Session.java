package dev.flags.cli;

import dev.flags.admin.FlagAdmin;
import dev.flags.json.Json;
import dev.flags.secrets.Secrets;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every verb of one run shares: its world, the global options, and what follows from both. Confined to one thread. */
final class Session {
    final Shell shell;
    final GlobalOptions options = new GlobalOptions();
    private @Nullable Settings settings;
    private Optional<String> password = Optional.empty();
    private boolean passwordFound;
    private Optional<String> sentinelPassword = Optional.empty();
    private boolean sentinelPasswordFound;
    private @Nullable StoreKind kind;

    Session(Shell shell) {
        this.shell = shell;
    }

    /** Resolved on first use, so that verbs without a store read no profile. */
    Settings settings() {
        if (settings == null) {
            settings = Settings.resolve(options, shell);
        }
        return settings;
    }

    /** After an option was changed: what followed from it is worked out anew. */
    void forgetSettings() {
        settings = null;
    }

    OutputFormat format() {
        return options.output == null ? OutputFormat.TABLE : options.output;
    }

    /** The kind of store that the settings name. */
    StoreKind kind() {
        StoreKind known = kind;
        if (known == null) {
            known = Stores.of(this);
            kind = known;
        }
        return known;
    }

    /** Releases what the run has opened. */
    void close() {
        if (kind != null) {
            kind.close();
        }
    }

    /** The store, which must be there. The caller closes it. */
    FlagStore open() {
        return kind().open(settings().environment());
    }

    /** The store, made first where it is a file that is not there. The caller closes it. */
    FlagStore openOrCreate() {
        return kind().openOrMake(settings().environment());
    }

    /** Whether a store that takes passwords was opened without one; the last place where the store on Redis looks is the library's. */
    boolean wentWithoutPassword() {
        return passwordFound && password.isEmpty() && shell.variable("FLAGS_REDIS_PASSWORD") == null;
    }

    /** As {@link #openOrCreate}, for a dry run, which makes no file. */
    FlagStore openOrImagine() {
        return kind().openOrImagine(settings().environment());
    }

    /** The store's password; found once, because standard input and a command are not asked twice. */
    Optional<String> password() {
        if (!passwordFound) {
            password = Credentials.password(options, settings(), shell);
            passwordFound = true;
        }
        return password;
    }

    /** The sentinels' password; found once too, and only where the store is behind sentinels. */
    Optional<String> sentinelPassword() {
        if (!sentinelPasswordFound) {
            sentinelPassword = Credentials.sentinelPassword(settings(), shell);
            sentinelPasswordFound = true;
        }
        return sentinelPassword;
    }

    Actor actor() {
        return Actor.local(settings().actor());
    }

    FlagAdmin admin(FlagStore store) {
        return new FlagAdmin(store, actor());
    }

    /** A name that says where a write went. */
    String place(FlagStore store) {
        return "environment " + store.environment() + " of " + Secrets.mask(store.location());
    }

    /**
     * Prints one answer in the format asked for.
     *
     * @param tree for programs
     * @param names for {@code -o name}, one a line
     * @param text for people; already safe to print
     */
    void print(Tree tree, List<String> names, Supplier<String> text) {
        switch (format()) {
            case JSON -> printJson(tree.map());
            case YAML -> shell.out.print(shell.safe.json(Yaml.write(tree.map())));
            case NAME -> names.forEach(name -> shell.print(shell.safe.line(name)));
            case TABLE -> shell.out.print(text.get());
        }
        shell.out.flush();
    }

    /** One object on one line. */
    void printJson(Map<String, Object> tree) {
        shell.print(shell.safe.json(Json.write(tree)));
    }
}
