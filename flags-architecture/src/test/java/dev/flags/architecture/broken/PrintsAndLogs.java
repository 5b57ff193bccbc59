package dev.flags.architecture.broken;

import java.util.logging.Logger;

public final class PrintsAndLogs {
    public void speak() {
        System.out.println("a library has no standard output");
        Logger.getLogger("flags").info("and logs through SLF4J");
    }
}
