package dev.flags.reliability;

import dev.flags.store.FlagStore;

/** A running store of one kind, fresh for one outage, and what an outage can do to it. */
interface Target extends AutoCloseable {

    /** {@return such as {@code Redis}} */
    String name();

    /** Opens the environment as an application does: with its login, over the line where there is one. */
    FlagStore open(String environment);

    /** Opens the environment as an administrator does: untouched by lines and logins that an outage takes away. */
    FlagStore administrator(String environment);

    @Override
    void close();
}
