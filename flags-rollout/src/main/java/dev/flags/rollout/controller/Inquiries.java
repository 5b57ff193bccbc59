package dev.flags.rollout.controller;

import dev.flags.rollout.Precondition;
import dev.flags.rollout.checks.Checks;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks checks in the background, each question once at a time however many rollouts ask it, and keeps the last answers. A tick asks
 * again and goes on with what was answered last. Safe for use by multiple threads.
 */
final class Inquiries {
    private static final Checks.Measurement NOTHING = new Checks.Measurement(
            OptionalDouble.empty(), "this controller has no configuration that says how to measure it");

    private final @Nullable Checks checks;
    private final Background workers;
    private final LongSupplier nanos;
    private final long freshNanos;
    private final long forgottenNanos;
    private final Map<Object, Inquiry<?>> inquiries = new ConcurrentHashMap<>();

    Inquiries(@Nullable Checks checks, Background workers, LongSupplier nanos, ControllerSettings settings) {
        this.checks = checks;
        this.workers = workers;
        this.nanos = nanos;
        this.freshNanos = settings.nanos(settings.fresh());
        this.forgottenNanos = settings.nanos(settings.fresh().plus(Duration.ofMinutes(1)));
    }

    /** This moment, for whom only answers count that were asked for after it. */
    long moment() {
        return nanos.getAsLong();
    }

    /**
     * Asks, and gives the last answer if it is a fresh one.
     *
     * @param since {@link #moment} from which on it was asked for; empty: from any
     */
    Optional<Checks.Answer> ask(Precondition precondition, OptionalLong since) {
        Checks asked = checks;
        return asked == null
                ? Optional.of(new Checks.Answer(
                        false, precondition.name() + ": this controller has no configuration to check it by"))
                : ask(
                        precondition,
                        since,
                        () -> asked.check(precondition),
                        problem -> new Checks.Answer(false, precondition.name() + ": " + problem));
    }

    /** Measures, and gives the last measurement if it is a fresh one. As {@link #ask}. */
    Optional<Checks.Measurement> measure(String name, OptionalLong since) {
        Checks asked = checks;
        return asked == null
                ? Optional.of(NOTHING)
                : ask(
                        name,
                        since,
                        () -> asked.measure(name),
                        problem -> new Checks.Measurement(OptionalDouble.empty(), problem));
    }

    /** Since when the question has been asked without a fresh answer is no longer an excuse. */
    boolean isOverdue(Object question) {
        Inquiry<?> inquiry = inquiries.get(question);
        return inquiry != null && nanos.getAsLong() - inquiry.firstAskedNanos > freshNanos;
    }

    @SuppressWarnings("unchecked") // one question has answers of one kind
    private <T> Optional<T> ask(Object question, OptionalLong since, Supplier<T> asking, Failed<T> failed) {
        long now = nanos.getAsLong();
        Inquiry<T> inquiry = (Inquiry<T>) inquiries.computeIfAbsent(question, q -> new Inquiry<>(now));
        inquiry.askedNanos = now;
        if (!inquiry.underWay) {
            inquiry.underWay = true;
            boolean taken = workers.offer(() -> {
                T answer;
                try {
                    answer = asking.get();
                } catch (RuntimeException | LinkageError e) {
                    answer = failed.because(Objects.toString(e.getMessage(), e.toString()));
                }
                inquiry.answered(answer, now, nanos.getAsLong());
            });
            if (!taken) {
                inquiry.underWay = false;
            }
        }
        Answered<T> last = inquiry.last;
        return last != null
                        && now - last.atNanos() <= freshNanos
                        && (since.isEmpty() || last.askedNanos() - since.getAsLong() >= 0)
                ? Optional.of(last.answer())
                : Optional.empty();
    }

    /** Forgets what nobody asks any more. */
    void tidy() {
        long now = nanos.getAsLong();
        inquiries.values().removeIf(inquiry -> now - inquiry.askedNanos > forgottenNanos);
    }

    @FunctionalInterface
    private interface Failed<T> {
        T because(String problem);
    }

    private record Answered<T>(T answer, long askedNanos, long atNanos) {}

    /** One question. */
    private static final class Inquiry<T> {
        final long firstAskedNanos;
        volatile long askedNanos;
        volatile boolean underWay;
        volatile @Nullable Answered<T> last;

        Inquiry(long nowNanos) {
            firstAskedNanos = nowNanos;
        }

        void answered(T answer, long wasAskedNanos, long atNanos) {
            last = new Answered<>(answer, wasAskedNanos, atNanos);
            underWay = false;
        }
    }
}
