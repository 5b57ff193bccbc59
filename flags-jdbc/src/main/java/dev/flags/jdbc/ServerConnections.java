package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.jdbc.CheckedDatabase.Checked;
import dev.flags.store.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * A database behind a server: a connection is taken for each use and given back as it was. Safe for use by multiple threads.
 *
 * <p>A pool hands out connections that died with a server that restarted. Work that failed because its connection was
 * dead has changed nothing, since a COMMIT is never part of it, and is run again on one that answers. A connection that times out
 * is another matter: the next one would too.
 */
final class ServerConnections implements Connections {
    /** More dead connections than this in a row: the server is not there. */
    private static final int MOST_DEAD = 10;

    private final ConnectionSource source;
    private final Duration networkTimeout;
    private final CheckedDatabase database;
    private volatile boolean closed;

    /** @param networkTimeout how long a server may take to answer one statement */
    ServerConnections(ConnectionSource source, Duration networkTimeout) {
        this.source = source;
        this.networkTimeout = networkTimeout;
        this.database = new CheckedDatabase(source.location());
    }

    @Override
    public String location() {
        return database.location();
    }

    @Override
    public String kind() {
        return source.kind();
    }

    @Override
    public Optional<String> login() {
        if (database.login().isEmpty()) {
            read((connection, dialect) -> dialect);
        }
        return database.login();
    }

    @Override
    public <T> T read(Work<T> work) {
        return use(work);
    }

    @Override
    public <T> T write(Work<T> work) {
        return use(work);
    }

    @Override
    public Connections following() {
        return new KeptConnection(this, this::take, this::takeAlive, this::giveBack, database);
    }

    @Override
    public FlagsException failure(SQLException e, Dialect dialect) {
        return database.failure(e, dialect);
    }

    @Override
    public FlagsException commitFailure(SQLException e, Dialect dialect) {
        return database.commitFailure(e, dialect);
    }

    /** A data source stays the application's. */
    @Override
    public void close() {
        closed = true;
        source.close();
    }

    private <T> T use(Work<T> work) {
        boolean again = false;
        while (true) {
            Taken taken = again ? takeAlive() : take();
            try {
                Checked checked = database.check(taken.connection());
                return work.on(taken.connection(), checked.dialect());
            } catch (SQLException e) {
                taken = taken.suspect();
                if (again || !database.isLost(e)) {
                    throw database.failure(e);
                }
                again = true;
            } finally {
                giveBack(taken);
            }
        }
    }

    /** A connection that answers; dead ones go back to where they came from, which notices. */
    private Taken takeAlive() {
        for (int dead = 0; ; dead++) {
            Taken taken = take();
            try {
                if (dead == MOST_DEAD || taken.connection().isValid((int) Math.max(1, networkTimeout.toSeconds()))) {
                    return taken;
                }
            } catch (SQLException e) {
                giveBack(taken.suspect());
                throw database.failure(e);
            }
            giveBack(taken.suspect());
        }
    }

    private Taken take() {
        if (closed) {
            throw new StoreUnavailableException("The store on " + location() + " is closed");
        }
        Connection connection;
        try {
            connection = source.take();
        } catch (SQLException e) {
            throw database.noConnection(e);
        }
        try {
            return Taken.prepare(connection, networkTimeout);
        } catch (SQLException e) {
            giveBack(new Taken(connection, true, 0, true));
            throw database.failure(e);
        }
    }

    private void giveBack(Taken taken) {
        taken.restore();
        try {
            source.giveBack(taken.connection());
        } catch (SQLException e) {
            // It is gone either way, and what was done with it is done.
            return;
        }
    }
}
