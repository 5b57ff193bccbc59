package dev.flags.rollout.evidence;

import dev.flags.FlagsException;
import dev.flags.json.Json;
import dev.flags.json.JsonException;
import dev.flags.outcomes.OutcomeRow;
import dev.flags.rollout.Guard.Arm;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Verdict;
import dev.flags.rollout.statistics.LatencySketch;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that was learnt of one run so far: from the rows that instances report to what guards say. {@code docs/evidence.md} tells how.
 *
 * <p>On each tick: read the run's rows {@linkplain #readFrom from here on}, {@link #absorb} them, {@link #judge}, and store {@link
 * #toJson} in the same fenced write as everything that follows from it. Each final row is used exactly once, however often it is read,
 * because what was used is part of what is stored. A window is closed when all instances have reported it, or three windows after it
 * began; rows that come later, up to 15 minutes, are used as a factor of their own.
 *
 * <p>Memory and JSON are bounded, whatever is reported. Times are the store's. Not thread-safe; confine it to one thread.
 */
public final class Evidence {
    private static final long SCHEMA = 1;
    /** So many windows late, 15 minutes, a row can still be used. */
    private static final int LATEST = 90;
    /** Rows are read further back than they can be used, so that those that come too late are told. */
    private static final int TOLD = 100;
    /** Usually rows are read that are late by no more than this. */
    private static final int USUAL = 2;
    /** How often they are read further back. */
    private static final long FAR_MILLIS = 60_000;
    /** Before anything was read. */
    private static final long NONE = -1;

    private static final int MIN_CALLS = 200;
    private static final int MIN_WINDOWS = 12;
    /** What differs below a millisecond (an exception made, code not compiled yet) is the JVM, and no user's concern. */
    private static final Duration LEAST_BOUND = Duration.ofMillis(1);

    private static final double COMPARED_QUANTILE = 0.95;

    private final String run;
    private final Learnt learnt;
    private final Judges judges;
    private final Losses losses;
    /** Which minute of this run's own it was when rows were last read far back. */
    private long farRead;

    private long reading;

    private Evidence(String run, RolloutPlan plan, Learnt learnt, Losses losses, long farRead) {
        this.run = run;
        this.learnt = learnt;
        this.judges = new Judges(plan, learnt);
        this.losses = losses;
        this.farRead = farRead;
        this.reading = farRead;
    }

    /** Nothing yet. */
    public static Evidence of(String run, RolloutPlan plan) {
        return new Evidence(run, plan, Learnt.nothing(plan, Instant.EPOCH, NONE), new Losses(), NONE);
    }

    /**
     * What {@link #toJson} wrote.
     *
     * @param plan that of the run
     * @throws FlagsException when it is something else, or of a later version, or of another plan
     */
    public static Evidence parse(String json, RolloutPlan plan) {
        try {
            Tree tree = Tree.of(Json.parse(json, Json.MAX_FILE_BYTES), "evidence");
            long schema = tree.number("schema");
            if (schema != SCHEMA) {
                throw new IllegalArgumentException("schema " + schema + " is not known to this version");
            }
            Evidence evidence = new Evidence(
                    tree.text("run"),
                    plan,
                    Learnt.read(plan, tree.tree("learnt")),
                    Losses.read(tree.tree("losses")),
                    tree.number("farRead"));
            evidence.judges.read(tree.tree("standings"));
            return evidence;
        } catch (JsonException | IllegalArgumentException | DateTimeException | ArithmeticException e) {
            throw new FlagsException(
                    "the evidence of a rollout cannot be read: " + e.getMessage()
                            + ". It is damaged, or was written by another version of flags: let a controller of the version that wrote it go on,"
                            + " or abort the rollout and start it again with 'flags rollout retry'",
                    e);
        }
    }

    /** The run's id. */
    public String run() {
        return run;
    }

    /** From when rows have to be read next, by the store's clock: usually the last minute's, once a minute a quarter of an hour's. */
    public Instant readFrom(Instant now) {
        reading = minute(now);
        long last = learnt.history.last();
        long current = Windows.of(now);
        boolean far = last == NONE || reading != farRead || last < current - LATEST;
        return Windows.begin(far ? current - TOLD : last - USUAL);
    }

    /** Minutes begin at another second in each run, so that a controller of many does not read all of them far back in the same tick. */
    private long minute(Instant now) {
        return Math.floorDiv(now.toEpochMilli() + Math.floorMod(run.hashCode() * 7_919L, FAR_MILLIS), FAR_MILLIS);
    }

    /**
     * Takes in what was read. Rows of other runs, rows that were used before, and those that are not final yet, are passed over.
     *
     * @param stageSince when the current percentage came into force
     * @param now when reading began
     */
    public void absorb(List<OutcomeRow> rows, Instant stageSince, Instant now) {
        farRead = reading;
        enter(stageSince);
        long current = Windows.of(now);
        begin(current);
        IncomingRows incoming = new IncomingRows();
        IncomingRows late = new IncomingRows();
        long last = learnt.history.last();
        for (OutcomeRow row : rows) {
            if (!row.run().equals(run) || !IncomingRows.hasIdentity(row)) {
                continue;
            }
            long window = Windows.of(row.window());
            if (window > last) {
                incoming.add(row);
            } else if (window > last - WindowBits.KEPT
                    && !learnt.fleet.isUsed(row, window)
                    && learnt.fleet.takes(row)) {
                late.add(row);
            }
            if (IncomingRows.isPlausible(row)) {
                learnt.codes.notice(row);
            }
        }
        late.windows().forEach(window -> learnt.use(window, usable(window, late.of(window), current)));
        close(incoming, current, now);
    }

    /** Windows that are older than rows can be used are closed as they are. */
    private void begin(long current) {
        long last = learnt.history.last();
        long oldest = current - LATEST;
        if (last < oldest - 1) {
            if (last != NONE) {
                losses.unread(oldest - 1 - last);
            }
            learnt.history.goTo(oldest - 1);
        }
    }

    private void close(IncomingRows incoming, long current, Instant now) {
        for (long window = learnt.history.last() + 1; incoming.isClosable(window, learnt.fleet, now); window++) {
            learnt.next(usable(window, incoming.of(window), current));
        }
    }

    /** Marks rows as used, and leaves out those that nothing can be learnt from. */
    private List<OutcomeRow> usable(long window, List<OutcomeRow> rows, long current) {
        List<OutcomeRow> usable = new ArrayList<>();
        for (OutcomeRow row : rows) {
            if (!learnt.fleet.takes(row)) {
                losses.crowd();
                continue;
            }
            boolean plausible = IncomingRows.isPlausible(row);
            losses.givenUp(learnt.fleet.use(row, window, plausible));
            if (!plausible) {
                losses.absurd();
            } else if (window < current - LATEST) {
                losses.late();
            } else {
                usable.add(row);
            }
        }
        return usable;
    }

    private void enter(Instant stageSince) {
        if (!learnt.stage.since().equals(stageSince)) {
            judges.enter(stageSince);
        }
    }

    /**
     * What the guards say that stand on rows: all but {@link dev.flags.rollout.Guard.Measured}.
     *
     * @param stageSince when the current percentage came into force: a window before it proves nothing
     */
    public List<Verdict> judge(Instant stageSince, Instant now) {
        enter(stageSince);
        return judges.judge(now);
    }

    /** What the conditions for advancing say: healthy, not healthy enough, or without data while this stage had too few calls. */
    public List<Verdict> advance(Instant stageSince, Instant now) {
        enter(stageSince);
        return judges.advance();
    }

    /** How many instances have reported the newest window. */
    public long instances() {
        long last = learnt.history.last();
        return learnt.fleet.reportingAny(last, last);
    }

    /** Users a second in both arms together, over the last minute. */
    public double usersPerSecond() {
        WindowSums minute = learnt.lastMinute();
        double users = (double) minute.of(Arm.TREATMENT).users()
                + minute.of(Arm.CONTROL).users();
        return minute.reported() == 0 ? 0 : users / (minute.reported() * OutcomeRow.WINDOW.toSeconds());
    }

    /**
     * The bound by which latency is to be compared from here on: the p95 of both arms together in this stage. Empty in its first two
     * minutes, and without enough calls.
     */
    public Optional<Duration> latencyComparison(Instant stageSince) {
        enter(stageSince);
        LatencySketch latency = learnt.stage.latency();
        return learnt.watched() < MIN_WINDOWS || latency.calls() < MIN_CALLS
                ? Optional.empty()
                : latency.quantile(COMPARED_QUANTILE).map(p95 -> p95.compareTo(LEAST_BOUND) < 0 ? LEAST_BOUND : p95);
    }

    /** Rows that came too late or could not be used, for a person; empty when there are none. */
    public List<String> losses() {
        return losses.sentences();
    }

    /** As JSON, for {@link #parse}. */
    public String toJson() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("schema", SCHEMA);
        tree.put("run", run);
        tree.put("farRead", farRead);
        tree.put("learnt", learnt.tree());
        tree.put("standings", judges.tree());
        tree.put("losses", losses.tree());
        return Json.write(tree);
    }
}
