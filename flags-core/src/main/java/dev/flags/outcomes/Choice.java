package dev.flags.outcomes;

import dev.flags.FlagsException;
import dev.flags.model.FlagKeys;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is to be taken for a failure at one place where a flag chooses between two paths, and what is done about it; made once
 * and kept, usually in a constant.
 *
 * <pre>{@code
 * private static final Choice CREATE_PROJECT = Choice.of("atomic-projects")
 *         .fallBackOnFailure()
 *         .doNotCount(NameTakenException.class)
 *         .critical("DATABASE_CONNECTION_LOST", SQLTransientConnectionException.class)
 *         .slowAfter(Duration.ofSeconds(3));
 * }</pre>
 *
 * <p>By default every exception and error counts as a failure, nothing is critical, there is no fallback and no latency bound, and
 * the flag's breaker is used. An interruption or a cancellation is never a failure: whoever asked for it got what was asked for.
 *
 * <p><b>When a fallback is safe.</b> The old path runs after the new one has failed, for the same request. That is safe when the new
 * path leaves nothing behind that the old one would do again or trip over: it is idempotent, or what it did is rolled back — which
 * means that each path has its own transaction, opened and ended inside the path. A fallback inside one transaction that both share
 * runs in a transaction that is already marked for rollback. Where the new path may have sent a mail or charged a card before it
 * failed, do not fall back.
 *
 * <p>Immutable. Safe for use by multiple threads.
 */
public final class Choice {
    /** How many latency bounds one place may have. */
    static final int MAX_BOUNDS = 3;

    private static final int MAX_CAUSES = 10;
    static final Choice UNKNOWN =
            new Choice("(unknown)", false, List.of(), List.of(), List.of(), List.of(), new long[0], true);

    private final String key;
    private final boolean fallsBack;
    private final List<Class<? extends Exception>> fallbackOn;
    private final List<Class<? extends Throwable>> counted;
    private final List<Class<? extends Exception>> uncounted;
    private final List<Critical> criticals;
    private final long[] bounds;
    private final boolean breaker;

    /** This one with the plain fallback, made once. */
    private volatile @Nullable Choice fallingBack;

    private record Critical(String code, Predicate<? super Throwable> test) {}

    private Choice(
            String key,
            boolean fallsBack,
            List<Class<? extends Exception>> fallbackOn,
            List<Class<? extends Throwable>> counted,
            List<Class<? extends Exception>> uncounted,
            List<Critical> criticals,
            long[] bounds,
            boolean breaker) {
        this.key = key;
        this.fallsBack = fallsBack;
        this.fallbackOn = fallbackOn;
        this.counted = counted;
        this.uncounted = uncounted;
        this.criticals = criticals;
        this.bounds = bounds;
        this.breaker = breaker;
    }

    /**
     * The defaults, for a flag.
     *
     * @throws dev.flags.model.InvalidFlagException when it cannot be a flag's key
     */
    public static Choice of(String key) {
        return ofKnown(FlagKeys.require(key));
    }

    static Choice ofKnown(String key) {
        return new Choice(key, false, List.of(), List.of(), List.of(), List.of(), new long[0], true);
    }

    /** The flag that decides. */
    public String key() {
        return key;
    }

    /**
     * If the new path fails with any {@link Exception} that counts as a failure, the old path answers, and the caller sees no error.
     * Never after an {@link Error}, an interruption or a cancellation. See above for when that is safe.
     */
    public Choice fallBackOnFailure() {
        if (fallsBack && fallbackOn.isEmpty()) {
            return this;
        }
        Choice made = fallingBack;
        if (made == null) {
            made = new Choice(key, true, List.of(), counted, uncounted, criticals, bounds, breaker);
            fallingBack = made;
        }
        return made;
    }

    /** As {@link #fallBackOnFailure()}, only after these exceptions, whether they count as failures or not. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    public final Choice fallBackOnFailure(Class<? extends Exception>... exceptions) {
        return exceptions.length == 0
                ? fallBackOnFailure()
                : new Choice(key, true, List.of(exceptions), counted, uncounted, criticals, bounds, breaker);
    }

    /** Only these count as failures; others are answers of the path. Called again, it adds to them. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    public final Choice countAsFailure(Class<? extends Throwable>... exceptions) {
        return new Choice(
                key,
                fallsBack,
                fallbackOn,
                joined(counted, List.of(exceptions)),
                uncounted,
                criticals,
                bounds,
                breaker);
    }

    /**
     * These are answers of the path and no failures: "name taken", "not found". The call counts as one that did well, and there is no
     * fallback. Called again, it adds to them.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    public final Choice doNotCount(Class<? extends Exception>... exceptions) {
        return new Choice(
                key,
                fallsBack,
                fallbackOn,
                counted,
                joined(uncounted, List.of(exceptions)),
                criticals,
                bounds,
                breaker);
    }

    /**
     * A failure with one of these exceptions, or with one of them among its causes, is counted under a code, which a rollout's plan may
     * act on at its first appearance. It counts as a failure whatever else is said. The first that fits gives the code.
     *
     * @param code 1 to 64 printable ASCII characters, for instance {@code DATABASE_CONNECTION_LOST}
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only copied
    public final Choice critical(String code, Class<? extends Throwable>... exceptions) {
        List<Class<? extends Throwable>> types = List.of(exceptions);
        return critical(code, failure -> anyCause(failure, types));
    }

    /** As {@link #critical(String, Class[])}, by a test; what the test throws is taken for no. */
    public Choice critical(String code, Predicate<? super Throwable> test) {
        return new Choice(
                key,
                fallsBack,
                fallbackOn,
                counted,
                uncounted,
                joined(criticals, List.of(new Critical(Codes.require(code), test))),
                bounds,
                breaker);
    }

    /**
     * Calls that take longer are counted as slow, beside the bounds that the rollout itself has; a call that hangs is counted once
     * it passes the bound. At most three. Without a rollout it counts nothing.
     */
    public Choice slowAfter(Duration bound) {
        if (bound.isNegative() || bound.isZero() || bound.compareTo(Duration.ofHours(24)) > 0) {
            throw new FlagsException("a latency bound must be above zero and at most a day, was " + bound);
        }
        if (bounds.length == MAX_BOUNDS) {
            throw new FlagsException("flag '" + key + "' has more than " + MAX_BOUNDS + " latency bounds at one place");
        }
        long[] more = Arrays.copyOf(bounds, bounds.length + 1);
        more[bounds.length] = bound.toNanos();
        return new Choice(key, fallsBack, fallbackOn, counted, uncounted, criticals, more, breaker);
    }

    /** The new path is taken even while the flag's breaker is open. */
    public Choice withoutBreaker() {
        return new Choice(key, fallsBack, fallbackOn, counted, uncounted, criticals, bounds, false);
    }

    boolean usesBreaker() {
        return breaker;
    }

    boolean hasBounds() {
        return bounds.length > 0;
    }

    /** In nanoseconds; not to be changed. */
    long[] bounds() {
        return bounds;
    }

    boolean fallsBackOn(Throwable failure) {
        if (!fallsBack || !(failure instanceof Exception) || isInterruption(failure)) {
            return false;
        }
        return fallbackOn.isEmpty() ? counts(failure) : isAny(failure, fallbackOn);
    }

    /** Whether it is a failure, rather than an answer of the path or an interruption. */
    boolean counts(Throwable failure) {
        if (isInterruption(failure)) {
            return false;
        }
        if (codeOf(failure) != null) {
            return true;
        }
        return !isAny(failure, uncounted) && (counted.isEmpty() || isAny(failure, counted));
    }

    @Nullable
    String codeOf(Throwable failure) {
        for (Critical critical : criticals) {
            try {
                if (critical.test().test(failure)) {
                    return critical.code();
                }
            } catch (RuntimeException thrownByTheApplication) {
                // its test, in the middle of its request: it does not fit
            }
        }
        return null;
    }

    static boolean isInterruption(Throwable failure) {
        return failure instanceof InterruptedException
                || failure instanceof CancellationException
                || failure instanceof ClosedByInterruptException
                || (failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException));
    }

    private static boolean isAny(Throwable failure, List<? extends Class<? extends Throwable>> types) {
        for (Class<? extends Throwable> type : types) {
            if (type.isInstance(failure)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyCause(Throwable failure, List<Class<? extends Throwable>> types) {
        Throwable cause = failure;
        // bounded, because causes can form a circle
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (isAny(cause, types)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static <X> List<X> joined(List<X> before, List<? extends X> more) {
        List<X> joined = new ArrayList<>(before);
        joined.addAll(more);
        return List.copyOf(joined);
    }

    @Override
    public String toString() {
        return key;
    }
}
