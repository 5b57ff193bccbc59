package dev.flags.cli;

import dev.flags.rollout.RunWatch;
import dev.flags.rollout.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A rollout that is being watched. A terminal that can is drawn anew; elsewhere (a pipe, a log, a dumb terminal) it is printed whole when
 * the flag changes, and in between a line for each thing that is otherwise than before. Confined to one thread.
 */
final class RolloutDisplay {
    private static final String HOME = "\u001b[H";
    private static final String CLEAR_SCREEN = "\u001b[2J";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    /** A note is told once, whatever its numbers are by then. */
    private static final String NOTE = "note ";

    private static final Pattern NUMBER = Pattern.compile("[0-9]+[0-9.,]*");

    private final Session session;
    private @Nullable RolloutView shown;

    RolloutDisplay(Session session) {
        this.session = session;
    }

    void next(RolloutView view) {
        RolloutView before = shown;
        shown = view;
        if (session.format() == OutputFormat.TABLE && session.shell.redraws) {
            redraw(view, before == null);
        } else if (before == null || before.flag().revision() != view.flag().revision()) {
            print(view, before == null);
        } else {
            List<String> news = news(facts(before), facts(view));
            if (!news.isEmpty() && session.format() == OutputFormat.TABLE) {
                news.forEach(line -> session.shell.print(session.shell.safe.line(seconds(view.now()) + "  " + line)));
                session.shell.out.flush();
            } else if (!news.isEmpty() && session.format() != OutputFormat.NAME) {
                print(view, false);
            }
        }
    }

    private void redraw(RolloutView view, boolean first) {
        String text = RolloutText.of(session.shell, view);
        session.shell.out.print(
                (first ? HOME + CLEAR_SCREEN : HOME) + text.replace("\n", CLEAR_LINE + "\n") + CLEAR_BELOW);
        session.shell.out.flush();
    }

    private void print(RolloutView view, boolean first) {
        if (!first && session.format() == OutputFormat.YAML) {
            session.shell.print("---");
        }
        session.print(
                RolloutTree.of(view),
                List.of(view.run().state().name()),
                () -> (first ? "" : "\n") + RolloutText.of(session.shell, view));
    }

    /** What is worth a line when it becomes otherwise; numbers are not, which change with each look. */
    private static Map<String, String> facts(RolloutView view) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("controller", view.lease().map(lease -> lease.holder()).orElse("none is running"));
        for (Verdict verdict : view.watch().map(RunWatch::verdicts).orElse(List.of())) {
            facts.put("guard " + verdict.guard(), RolloutText.word(verdict.status()));
        }
        for (Verdict verdict : view.watch().map(RunWatch::advance).orElse(List.of())) {
            facts.put("to advance, " + verdict.guard(), RolloutText.word(verdict.status()));
        }
        view.watch().map(RunWatch::preconditions).orElse(Map.of()).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> facts.put(entry.getKey(), entry.getValue().isEmpty() ? "ok" : entry.getValue()));
        view.watch()
                .map(RunWatch::notes)
                .orElse(List.of())
                .forEach(note -> facts.put(NOTE + NUMBER.matcher(note).replaceAll("0"), note));
        return facts;
    }

    private static List<String> news(Map<String, String> before, Map<String, String> now) {
        List<String> news = new ArrayList<>();
        now.forEach((name, value) -> {
            if (name.startsWith(NOTE)) {
                if (!before.containsKey(name)) {
                    news.add(value);
                }
            } else if (!value.equals(before.get(name))) {
                news.add(name + ": " + value);
            }
        });
        return news;
    }

    private static String seconds(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
