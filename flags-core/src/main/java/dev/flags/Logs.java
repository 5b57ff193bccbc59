package dev.flags;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the logger back until there is a line to write: starting a logging system can take longer than loading all flags. */
final class Logs {
    static final Logger RUNTIME = LoggerFactory.getLogger(Flags.class);

    private Logs() {}
}
