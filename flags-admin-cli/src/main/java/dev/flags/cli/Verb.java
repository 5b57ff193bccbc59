package dev.flags.cli;

import java.util.concurrent.Callable;

/** A verb of the command line. {@link #call} answers the exit code; what it throws is mapped by {@link Failures}. */
abstract class Verb implements Callable<Integer> {
    final Session session;

    Verb(Session session) {
        this.session = session;
    }

    @Override
    public abstract Integer call() throws Exception;

    /** What a person can do about a failure of this verb; empty when there is nothing to add. */
    String adviceOn(Exception failure) {
        return "";
    }

    String safe(String text) {
        return session.shell.safe.line(text);
    }
}
