package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.model.FlagState;
import dev.flags.store.FlagStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;

@Command(
        name = "doctor",
        description = {
            "Check the store: reachable, schema, clock, permissions, flags, history.",
            "Exit code 1 when something is wrong."
        })
final class DoctorCommand extends Verb {
    private static final Duration CLOCK_MAY_DIFFER = Duration.ofSeconds(5);

    /** How one thing looks: {@code ok}, {@code warn} (works, but look at it) or {@code fail}. */
    private record Check(String subject, String verdict, String text) {}

    private final List<Check> checks = new ArrayList<>();

    DoctorCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            add(
                    "store",
                    "ok",
                    "reachable: " + Secrets.mask(store.location()) + ", environment " + store.environment()
                            + " at revision " + store.head().revision());
            boolean file = store instanceof ReadOnlyFile;
            if (!file) {
                schema();
                clock(store);
            }
            permissions(file);
            flags(store);
            if (!file) {
                history(store);
                add("instances", "ok", "this kind of store does not know the instances that follow it");
            }
        }
        boolean failed = checks.stream().anyMatch(check -> check.verdict().equals("fail"));
        print(failed);
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    private void add(String subject, String verdict, String text) {
        checks.add(new Check(subject, verdict, text));
    }

    private void schema() {
        List<String> pending = Stores.pendingMigrations(session);
        if (pending.isEmpty()) {
            add("schema", "ok", "up to date");
        } else {
            add(
                    "schema",
                    "warn",
                    pending.size() + " migrations to apply with 'flags db migrate': " + String.join(", ", pending));
        }
    }

    private void clock(FlagStore store) {
        Duration difference =
                Duration.between(session.shell.clock.instant(), store.now()).abs();
        boolean close = difference.compareTo(CLOCK_MAY_DIFFER) <= 0;
        add(
                "clock",
                close ? "ok" : "warn",
                "the store's clock and this machine's differ by " + difference.toMillis() + " ms");
    }

    private void permissions(boolean readOnly) {
        if (readOnly) {
            add("permissions", "ok", "a flag file is read only here");
            return;
        }
        Path file = Stores.sqliteFile(session);
        Path directory = file.getParent();
        if (!Files.isWritable(file)) {
            add("permissions", "warn", file + " cannot be written by you");
        } else if (directory == null || !Files.isWritable(directory)) {
            add("permissions", "warn", "the directory of " + file + " cannot be written by you, which SQLite needs");
        } else if (FilePermissions.othersCanWrite(file)) {
            add("permissions", "warn", file + " can be written by others, past all protection and history");
        } else {
            add("permissions", "ok", "you can read and write " + file);
        }
    }

    private void flags(FlagStore store) {
        List<FlagState> flags = store.flags();
        int before = checks.size();
        for (FlagState flag : flags) {
            flag.problems().forEach(problem -> add("flag " + flag.key(), "fail", problem.toString()));
        }
        StoreSnapshot.of(store).problems().forEach(problem -> add("flag", "warn", problem.toString()));
        if (checks.size() == before) {
            add("flags", "ok", flags.size() + (flags.size() == 1 ? " flag" : " flags") + ", all understood");
        }
    }

    private void history(FlagStore store) {
        try {
            FlagStore.ChainReport report = store.verify();
            add(
                    "history",
                    report.intact() ? "ok" : "fail",
                    report.intact()
                            ? report.entries() + " entries, chain intact"
                            : "broken at revision " + report.firstBroken().orElse(0L) + ": " + report.problem());
        } catch (FlagsException e) {
            add("history", "fail", String.valueOf(e.getMessage()));
        }
    }

    private void print(boolean failed) {
        List<Map<String, Object>> trees = checks.stream()
                .map(check -> new Tree()
                        .put("check", check.subject())
                        .put("verdict", check.verdict())
                        .put("text", check.text())
                        .map())
                .toList();
        session.print(
                Tree.versioned().put("healthy", !failed).put("checks", (Object) trees),
                checks.stream()
                        .filter(check -> !check.verdict().equals("ok"))
                        .map(Check::subject)
                        .toList(),
                () -> {
                    StringBuilder text = new StringBuilder();
                    for (Check check : checks) {
                        text.append(String.format(Locale.ROOT, "%-5s", check.verdict()))
                                .append(safe(check.subject()))
                                .append(": ")
                                .append(safe(check.text()))
                                .append('\n');
                    }
                    return text.toString();
                });
    }
}
