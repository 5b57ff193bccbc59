package dev.flags.cli;

import org.junit.jupiter.api.Test;

/** What happens on a store that several people change at once. */
interface BusyStory {
    /** On a store that is ready for its first flag. */
    Cli busy();

    @Test
    default void eightAdministratorsAtOnceLoseNoChangeAndLeaveAnIntactChain() throws Exception {
        AdminProcesses.nothingIsLost(busy(), "busy");
    }
}
