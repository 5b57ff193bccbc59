package dev.flags.cli;

import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.jdbc.JdbcMigrations;
import dev.flags.secrets.FilePermissions;
import dev.flags.secrets.Secrets;
import dev.flags.store.Finding;
import dev.flags.store.Finding.Verdict;
import dev.flags.store.FlagStore;
import dev.flags.store.InMemoryFlagStore;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreMissingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;

/** An SQLite file: the only store that verbs may make. */
final class SqliteKind extends StoreKind {
    static final String PREFIX = "jdbc:sqlite:";

    /** How soon a watch sees what another process committed. */
    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    /** How long the store waits at least for others who write the file. */
    private static final Duration WAIT_FOR_OTHERS = Duration.ofSeconds(5);

    private final Path file;

    SqliteKind(Session session) {
        super(session);
        String name = url.substring(PREFIX.length());
        if (name.isEmpty() || name.startsWith(":") || name.startsWith("file:") || name.indexOf('?') >= 0) {
            throw new UsageException(
                    Secrets.mask(url) + " does not name an SQLite file; write jdbc:sqlite:PATH, without options");
        }
        this.file = session.shell.path(name);
    }

    @Override
    FlagStore open(String environment) {
        warnOfUnusedPassword();
        if (!Files.exists(file)) {
            throw new StoreMissingException("there is no store at " + file
                    + "; 'flags create KEY' or 'flags db migrate' makes one, --store names another");
        }
        return builder(environment).open();
    }

    @Override
    FlagStore openOrMake(String environment) {
        warnOfUnusedPassword();
        requireDirectory();
        return builder(environment).createIfMissing().open();
    }

    @Override
    Optional<DataSource> database() {
        return Optional.of(new DriverConnections(PREFIX + file, new Properties()));
    }

    private JdbcFlagStore.Builder builder(String environment) {
        JdbcFlagStore.Builder builder = JdbcFlagStore.builder(file, environment).pollInterval(POLL_INTERVAL);
        Duration timeout = session.settings().timeout();
        if (timeout.compareTo(WAIT_FOR_OTHERS) > 0) {
            builder.busyTimeout(timeout);
        }
        // in a rehearsal time passes faster, for all who share the file
        return session.shell.pace() == 1 ? builder : builder.clock(session.shell.clock);
    }

    @Override
    FlagStore openOrImagine(String environment) {
        if (Files.exists(file)) {
            return open(environment);
        }
        session.shell.say("there is no store at " + file + " yet; it would be made");
        return new InMemoryFlagStore(environment);
    }

    @Override
    Optional<Migrations> migrations() {
        return Optional.of(new Migrations() {
            @Override
            public List<String> pending() {
                return JdbcMigrations.pending(PREFIX + file);
            }

            @Override
            public List<String> apply() {
                requireDirectory();
                return JdbcMigrations.migrate(PREFIX + file);
            }
        });
    }

    @Override
    String place() {
        return file.toString();
    }

    @Override
    List<Finding> examine() {
        return List.of(permissions());
    }

    private Finding permissions() {
        Path directory = file.getParent();
        if (!Files.isWritable(file)) {
            return permissions(Verdict.WARN, file + " cannot be written by you");
        }
        if (directory == null || !Files.isWritable(directory)) {
            return permissions(
                    Verdict.WARN, "the directory of " + file + " cannot be written by you, which SQLite needs");
        }
        return FilePermissions.othersCanWrite(file)
                ? permissions(Verdict.WARN, file + " can be written by others, past all protection and history")
                : permissions(Verdict.OK, "you can read and write " + file);
    }

    private static Finding permissions(Verdict verdict, String text) {
        return new Finding("file", verdict, text);
    }

    private void requireDirectory() {
        Path directory = file.getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new StoreMissingException("cannot make a store at " + file + ": there is no such directory");
        }
        if (!Files.exists(file) && !Files.isWritable(directory)) {
            throw new NotPermittedException("cannot make a store at " + file + ": the directory cannot be written");
        }
    }

    private void warnOfUnusedPassword() {
        if (session.options.passwordFromStandardInput || session.options.passwordFile != null) {
            session.password();
            session.shell.say("note: an SQLite file takes no password; the one given is not used");
        }
    }
}
