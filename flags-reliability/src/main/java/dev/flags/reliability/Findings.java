package dev.flags.reliability;

import dev.flags.FlagsStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was observed of one outage. Immutable.
 *
 * @param target the kind of store
 * @param outage its name
 * @param begin when it began, by {@link System#nanoTime}
 * @param end when it ended and the server was there again
 * @param changes of the status since it began
 * @param log what was logged since it began
 * @param right how long after its end all was right again
 * @param goal how soon it should have been
 * @param wrongAnswers code defaults served, or exposures that moved
 * @param exceptions that a decision threw
 * @param firstWrong the first of both, for a person
 * @param decisions how long decisions took, before it and while it lasted
 * @param busy what share of one processor the threads of all instances took while it lasted
 */
record Findings(
        String target,
        String outage,
        long begin,
        long end,
        List<Watch.Change> changes,
        List<String> log,
        Duration right,
        Duration goal,
        long wrongAnswers,
        long exceptions,
        String firstWrong,
        Comparison decisions,
        double busy) {

    /** Of one processor: threads that keep it busy make the control as slow as the observed instance, and so do not show there. */
    private static final double BUSY_AT_MOST = 0.1;

    /** {@return what went wrong, whatever the time it took; empty when nothing did} */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (wrongAnswers > 0) {
            faults.add(wrongAnswers + " wrong answers: " + firstWrong);
        }
        if (exceptions > 0) {
            faults.add(exceptions + " exceptions: " + firstWrong);
        }
        List<State> shown = changes.stream().map(Watch.Change::state).toList();
        List<State> logged = log.stream().map(Findings::stateIn).toList();
        for (int i = 1; i < logged.size(); i++) {
            if (logged.get(i) == logged.get(i - 1)) {
                faults.add("logged twice: " + log.get(i));
            }
        }
        if (logged.size() < shown.size()) {
            faults.add("the status went " + shown + ", and the log says only " + log);
        }
        return faults;
    }

    private static State stateIn(String line) {
        for (State state : State.values()) {
            if (line.contains(" is " + state)) {
                return state;
            }
        }
        throw new IllegalStateException("not a transition: " + line);
    }

    boolean rightInTime() {
        return right.compareTo(goal) <= 0;
    }

    boolean allMet() {
        return faults().isEmpty() && rightInTime() && decisions.isWithinGoal() && busy <= BUSY_AT_MOST;
    }

    /** {@return one row of the table} */
    String row() {
        String status = changes.isEmpty()
                ? "READY throughout"
                : String.join(
                        ", ",
                        changes.stream()
                                .filter(change -> change.nanos() < end)
                                .map(change -> change.since(begin))
                                .toList());
        String lines = log.isEmpty() ? "nothing" : log.size() + (log.size() == 1 ? " line" : " lines");
        return "| %s | %s | %s | %d / %d | %s | %s | %s | %s%s |"
                .formatted(
                        outage,
                        target,
                        status.isEmpty() ? "READY meanwhile" : status,
                        wrongAnswers,
                        exceptions,
                        lines,
                        decisions.cells(),
                        String.format(Locale.ROOT, busy <= BUSY_AT_MOST ? "%.1f %%" : "**%.1f %%**", 100 * busy),
                        changes.isEmpty() ? "—" : seconds(right),
                        changes.isEmpty()
                                ? ""
                                : rightInTime() ? " (≤ " + seconds(goal) + ")" : " **> " + seconds(goal) + "**");
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1_000.0);
    }
}
