package dev.flags.cli;

import dev.flags.store.Finding;
import dev.flags.store.FlagStore;
import java.util.List;

/** A flag file looked at as a store. */
final class FlagFileKind extends StoreKind {
    static final String PREFIX = "file:";

    FlagFileKind(Session session) {
        super(session);
    }

    @Override
    FlagStore open(String environment) {
        String path = url.substring(PREFIX.length());
        return new ReadOnlyFile(session.shell.path(path.startsWith("//") ? path.substring(2) : path), environment);
    }

    @Override
    List<Finding> examine() {
        return List.of(new Finding("permissions", Finding.Verdict.OK, "a flag file is read only here"));
    }
}
