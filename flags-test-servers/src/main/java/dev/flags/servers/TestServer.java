package dev.flags.servers;

/**
 * A server that belongs to a test, which hurts and heals it.
 *
 * <p>Safe for use by multiple threads, except that two of the methods which hurt or heal must not run at once.
 */
public interface TestServer extends AutoCloseable {

    /** Stops it from running (SIGSTOP, {@code docker pause}): connections stay open, and nothing is answered. */
    void pause();

    /** Lets it run on after {@link #pause}. */
    void resume();

    /** Ends it at once (SIGKILL), paused or not. */
    void kill();

    /** Ends it as an operator would (SIGTERM); returns when it is gone. */
    void stop();

    /** Starts it again after {@link #kill} or {@link #stop}, on the same port, with what it has kept; returns when it answers. */
    void restart();

    /** Ends it and forgets its data. */
    @Override
    void close();
}
