package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.model.FlagState;
import dev.flags.secrets.Secrets;
import dev.flags.store.Finding;
import dev.flags.store.Finding.Verdict;
import dev.flags.store.FlagStore;
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

    private final List<Finding> findings = new ArrayList<>();

    DoctorCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        try (FlagStore store = session.open()) {
            add(
                    "store",
                    Verdict.OK,
                    "reachable: " + Secrets.mask(store.location()) + ", environment " + store.environment()
                            + " at revision " + store.head().revision());
            boolean file = store instanceof ReadOnlyFile;
            findings.addAll(session.kind().examine());
            examine(store);
            session.kind().migrations().ifPresent(this::schema);
            if (!file && findings.stream().noneMatch(f -> f.subject().equals("clock"))) {
                clock(store);
            }
            flags(store, file);
            if (!file) {
                history(store);
                add("instances", Verdict.OK, "this version does not know the instances that follow a store");
            }
        }
        boolean failed = findings.stream().anyMatch(finding -> finding.verdict() == Verdict.FAIL);
        print(failed);
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }

    private void add(String subject, Verdict verdict, String text) {
        findings.add(new Finding(subject, verdict, text));
    }

    /** What the store says of itself. */
    private void examine(FlagStore store) {
        try {
            findings.addAll(store.examine());
        } catch (FlagsException e) {
            add("store", Verdict.FAIL, String.valueOf(e.getMessage()));
        }
    }

    private void schema(StoreKind.Migrations migrations) {
        try {
            List<String> pending = migrations.pending();
            if (!pending.isEmpty()) {
                add(
                        "schema",
                        Verdict.WARN,
                        pending.size() + (pending.size() == 1 ? " migration" : " migrations")
                                + " to apply with 'flags db migrate': " + String.join(", ", pending));
            }
        } catch (FlagsException e) {
            // the application's role may not read how the schema came about
            add("schema", Verdict.WARN, "cannot be compared with this version: " + e.getMessage());
        }
    }

    private void clock(FlagStore store) {
        Duration difference =
                Duration.between(session.shell.clock.instant(), store.now()).abs();
        boolean close = difference.compareTo(CLOCK_MAY_DIFFER) <= 0;
        add(
                "clock",
                close ? Verdict.OK : Verdict.WARN,
                "the store's clock and this machine's differ by " + difference.toMillis() + " ms");
    }

    private void flags(FlagStore store, boolean file) {
        List<FlagState> flags = store.flags();
        int before = findings.size();
        if (!file) {
            store.load().missing().ifPresent(missing -> add("flags", Verdict.FAIL, "not all there: " + missing));
        }
        for (FlagState flag : flags) {
            flag.problems().forEach(problem -> add("flag " + flag.key(), Verdict.FAIL, problem.toString()));
        }
        StoreSnapshot.of(store).problems().forEach(problem -> add("flag", Verdict.WARN, problem.toString()));
        if (findings.size() == before) {
            add("flags", Verdict.OK, flags.size() + (flags.size() == 1 ? " flag" : " flags") + ", all understood");
        }
    }

    private void history(FlagStore store) {
        try {
            FlagStore.ChainReport report = store.verify();
            add(
                    "history",
                    report.intact() ? Verdict.OK : Verdict.FAIL,
                    report.intact()
                            ? report.entries() + " entries, chain intact"
                            : "broken at revision " + report.firstBroken().orElse(0L) + ": " + report.problem());
        } catch (FlagsException e) {
            add("history", Verdict.FAIL, String.valueOf(e.getMessage()));
        }
    }

    private void print(boolean failed) {
        List<Map<String, Object>> trees = findings.stream()
                .map(check -> new Tree()
                        .put("check", check.subject())
                        .put("verdict", word(check))
                        .put("text", check.text())
                        .map())
                .toList();
        session.print(
                Tree.versioned().put("healthy", !failed).put("checks", (Object) trees),
                findings.stream()
                        .filter(check -> check.verdict() != Verdict.OK)
                        .map(Finding::subject)
                        .toList(),
                () -> {
                    StringBuilder text = new StringBuilder();
                    for (Finding check : findings) {
                        text.append(String.format(Locale.ROOT, "%-5s", word(check)))
                                .append(safe(check.subject()))
                                .append(": ")
                                .append(safe(check.text()))
                                .append('\n');
                    }
                    return text.toString();
                });
    }

    private static String word(Finding finding) {
        return finding.verdict().name().toLowerCase(Locale.ROOT);
    }
}
