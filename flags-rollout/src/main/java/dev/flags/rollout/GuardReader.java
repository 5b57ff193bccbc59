package dev.flags.rollout;

import dev.flags.rollout.Guard.Action;
import dev.flags.rollout.Guard.Arm;
import dev.flags.rollout.Guard.Bad;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads guards and rules for advancing. What they look at comes first, then clauses in any order. Whether thresholds make sense is
 * for the plan's rules to say, all at once. Not thread-safe; confine it to one thread.
 */
final class GuardReader {
    private static final Pattern QUANTILE = Pattern.compile("p\\d{1,2}(\\.\\d{1,3})?");

    private final Tokens tokens;
    private final Set<String> allowed = new LinkedHashSet<>();
    private final Set<String> had = new LinkedHashSet<>();

    private @Nullable Duration sustain;
    private int minimum = GuardText.MINIMUM;
    private Arm arm = Arm.TREATMENT;
    private double margin = 1;
    private @Nullable Double alpha;
    private @Nullable Action action;
    private @Nullable Severity severity;

    private GuardReader(String text) {
        this.tokens = new Tokens(text);
    }

    /**
     * A guard as it was read.
     *
     * @param named whether the text has a name for it
     */
    record ReadGuard(Guard guard, boolean named) {}

    /**
     * A rule as it was read.
     *
     * @param named whether the text has a name for it
     */
    record ReadRule(AdvanceRule rule, boolean named) {}

    static ReadGuard guard(String text) {
        GuardReader reader = new GuardReader(text);
        Guard guard = reader.guard();
        return new ReadGuard(
                reader.tokens.name().map(guard::named).orElse(guard),
                reader.tokens.name().isPresent());
    }

    static ReadRule advance(String text) {
        GuardReader reader = new GuardReader(text);
        AdvanceRule rule = reader.rule();
        return new ReadRule(
                reader.tokens.name().map(rule::named).orElse(rule),
                reader.tokens.name().isPresent());
    }

    private Guard guard() {
        String expected = "what a guard looks at (error-rate, availability, p95, slower-than, code, failures, latency,"
                + " sample-ratio, survivors, breakers, measure)";
        String subject = tokens.take(expected);
        if (QUANTILE.matcher(subject).matches()) {
            tokens.require(">");
            return rate("", new Bad.SlowerThan(tokens.duration()), share(ShareText.rest(quantile(subject))));
        }
        return switch (subject) {
            case "error-rate" -> {
                tokens.require(">");
                yield rate("", new Bad.Failed(), share(tokens.percent()));
            }
            case GuardText.AVAILABILITY -> {
                tokens.require("<");
                yield rate(GuardText.AVAILABILITY, new Bad.Failed(), share(ShareText.rest(tokens.percent())));
            }
            case "slower-than" -> {
                Bad slow = new Bad.SlowerThan(tokens.duration());
                tokens.require(">");
                yield rate("", slow, share(tokens.percent()));
            }
            case "code" -> codes();
            case "failures", "latency" -> compared(subject.equals("latency"));
            case "sample-ratio" -> {
                clauses(Action.HOLD, "alpha");
                double level = alpha == null ? GuardText.SAMPLE_RATIO_ALPHA : alpha;
                yield new Guard.SampleRatio("sample-ratio", level, severity(), action());
            }
            case "survivors" -> survivors();
            case "breakers" -> {
                tokens.require(">");
                double share = share(tokens.percent());
                clauses(Action.ROLL_BACK);
                yield new Guard.Breakers("breakers", share, severity(), action());
            }
            case "measure" -> measured();
            default -> throw tokens.wrong(expected);
        };
    }

    private Guard rate(String name, Bad bad, double threshold) {
        clauses(Action.ROLL_BACK, "for", "min", "of");
        Duration window = sustain == null ? GuardText.SUSTAIN : sustain;
        Guard rate = new Guard.Rate(name, bad, arm, threshold, window, minimum, severity(), action());
        return name.isEmpty() ? rate.named(GuardText.nameOf(rate)) : rate;
    }

    private Guard codes() {
        Set<String> codes = new LinkedHashSet<>(tokens.list("codes such as DATABASE_CONNECTION_LOST,ORPHANED_ROWS"));
        clauses(Action.ROLL_BACK);
        return new Guard.CriticalCodes("critical-codes", codes, severity(), action());
    }

    private Guard compared(boolean latency) {
        tokens.require("worse");
        tokens.require("than");
        tokens.require("control");
        clauses(latency ? Action.HOLD : Action.ROLL_BACK, "by", "alpha");
        double level = alpha == null ? GuardText.alpha(action()) : alpha;
        return new Guard.Compared(
                latency ? "latency-worse" : "failures-worse", latency, level, margin, severity(), action());
    }

    private Guard survivors() {
        double share = GuardText.SURVIVORS;
        if (tokens.takes("<")) {
            share = share(tokens.percent());
        }
        clauses(Action.ROLL_BACK, "for");
        Duration window = sustain == null ? GuardText.SUSTAIN : sustain;
        return new Guard.Survivors("survivors", share, window, severity(), action());
    }

    private Guard measured() {
        String measurement = tokens.take("the name of a measurement");
        boolean above = tokens.takes(">");
        if (!above) {
            tokens.require("<");
        }
        double bound = tokens.number("a number");
        clauses(Action.ROLL_BACK, "for");
        Duration window = sustain == null ? Duration.ZERO : sustain;
        return new Guard.Measured(measurement, measurement, above, bound, window, severity(), action());
    }

    private AdvanceRule rule() {
        String expected = "what must be so to advance (error-rate, availability, p95, slower-than)";
        String subject = tokens.take(expected);
        String name = "";
        Bad bad = new Bad.Failed();
        double below;
        if (QUANTILE.matcher(subject).matches()) {
            tokens.require("<");
            bad = new Bad.SlowerThan(tokens.duration());
            below = share(ShareText.rest(quantile(subject)));
        } else if (subject.equals("slower-than")) {
            bad = new Bad.SlowerThan(tokens.duration());
            tokens.require("<");
            below = share(tokens.percent());
        } else if (subject.equals(GuardText.AVAILABILITY)) {
            tokens.require(">");
            below = share(ShareText.rest(tokens.percent()));
            name = GuardText.AVAILABILITY;
        } else if (subject.equals("error-rate")) {
            tokens.require("<");
            below = share(tokens.percent());
        } else {
            throw tokens.wrong(expected);
        }
        allowed.add("min");
        readClauses();
        AdvanceRule rule = new AdvanceRule(name, bad, below, minimum);
        return name.isEmpty() ? rule.named(GuardText.nameOf(rule)) : rule;
    }

    private static BigDecimal quantile(String subject) {
        return new BigDecimal(subject.substring(1));
    }

    private static double share(BigDecimal percent) {
        return ShareText.share(percent);
    }

    /** Reads the rest. Of action and severity each implies the other; without both the action is the usual one. */
    private void clauses(Action usual, String... alsoAllowed) {
        allowed.addAll(List.of(alsoAllowed));
        allowed.add("->");
        allowed.add("severity");
        readClauses();
        if (action == null) {
            action = severity == null ? usual : severity.action();
        }
        if (severity == null) {
            severity = Severity.of(action);
        }
    }

    private void readClauses() {
        while (!tokens.atEnd()) {
            String expected = "one of " + String.join(", ", allowed);
            String clause = tokens.take(expected);
            if (!allowed.contains(clause)) {
                throw tokens.wrong(expected);
            }
            if (!had.add(clause)) {
                throw tokens.wrong("nothing twice, and '" + clause + "'");
            }
            clause(clause);
        }
    }

    private void clause(String clause) {
        switch (clause) {
            case "for" -> sustain = tokens.duration();
            case "min" -> minimum = tokens.read("a whole number", GuardReader::count);
            case "of" -> {
                if (tokens.takes("control")) {
                    arm = Arm.CONTROL;
                } else {
                    tokens.require("treatment");
                }
            }
            case "by" -> margin = tokens.read("a factor such as 1.5x", GuardReader::factor);
            case "alpha" -> alpha = tokens.number("a number such as 0.01");
            case "->" -> action = tokens.read("rollback, step-back, hold or notify", GuardReader::actionOf);
            default -> severity = tokens.read("critical, high, medium or low", GuardReader::severityOf);
        }
    }

    private static Optional<Integer> count(String text) {
        return text.length() <= 9 && text.chars().allMatch(c -> c >= '0' && c <= '9')
                ? Optional.of(Integer.valueOf(text))
                : Optional.empty();
    }

    private static Optional<Double> factor(String text) {
        return text.endsWith("x")
                ? ShareText.number(text.substring(0, text.length() - 1)).map(BigDecimal::doubleValue)
                : Optional.empty();
    }

    static Optional<Action> actionOf(String text) {
        for (Action each : Action.values()) {
            if (each.text().equals(text)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    static Optional<Severity> severityOf(String text) {
        for (Severity each : Severity.values()) {
            if (each.text().equals(text)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private Action action() {
        return Objects.requireNonNull(action);
    }

    private Severity severity() {
        return Objects.requireNonNull(severity);
    }
}
