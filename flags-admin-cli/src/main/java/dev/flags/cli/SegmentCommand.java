package dev.flags.cli;

import picocli.CommandLine.Command;

/** {@code segment import|list|show|check}. */
@Command(name = "segment", description = "Groups of users: who belongs to them, and millions of members at once.")
final class SegmentCommand extends VerbGroup {
    SegmentCommand(Session session) {
        super(session);
    }
}
