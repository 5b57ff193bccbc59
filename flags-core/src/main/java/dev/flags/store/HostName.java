package dev.flags.store;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** This machine's name, without a network look-up where the environment knows it. */
final class HostName {
    private HostName() {}

    static String get() {
        String name = System.getenv("HOSTNAME");
        if (name == null || name.isBlank()) {
            name = System.getenv("COMPUTERNAME");
        }
        if (name != null && !name.isBlank()) {
            return name;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
