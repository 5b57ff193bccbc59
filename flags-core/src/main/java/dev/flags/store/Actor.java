package dev.flags.store;

/**
 * Who changes something. The name is asserted; the store's authenticated login is recorded beside it where there is one. Immutable.
 *
 * @param name the asserted name
 * @param osUser the operating system's user; may be empty
 * @param host the machine; may be empty
 */
public record Actor(String name, String osUser, String host) {

    /** The current operating system user on this machine, under a name. */
    public static Actor local(String name) {
        return new Actor(name, System.getProperty("user.name", ""), HostName.get());
    }
}
