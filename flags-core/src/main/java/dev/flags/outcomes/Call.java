package dev.flags.outcomes;

import dev.flags.evaluation.AttributeReader;
import org.jspecify.annotations.Nullable;

/**
 * One call through {@code choose}: decides, takes the path, and counts what becomes of it.
 *
 * <p><b>Why it is one long method.</b> A call is put together from small values: {@link Choosing}, what {@code whenOn} gives, {@link
 * Paths}. The JVM's compiler keeps them off the heap when it takes all methods that see them into their caller, the last one, {@link
 * Paths#call}, too. That one it refuses as soon as it has made a big method of it, which it does by taking what is called there into it.
 * HotSpot never takes in a method of more than 325 bytecodes (FreqInlineSize), so this one is longer: {@code Paths.call} stays small,
 * goes into the application's method, and hands over here, one by one, what the call needs. Taken apart into short methods it costs 72
 * bytes more a call; {@code ChooseAllocationTest} holds that.
 */
final class Call {
    private Call() {}

    /**
     * Takes a path.
     *
     * @param choice null: the flag's defaults
     * @param fallsBack whether there is the plain fallback, whatever the choice says
     */
    static <T extends @Nullable Object, E extends Exception, F extends Exception> T take(
            Router router,
            @Nullable String key,
            @Nullable Choice choice,
            boolean fallsBack,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes,
            Work<? extends T, E> whenOn,
            Work<? extends T, F> whenOff)
            throws E, F {
        Route route = router.route(key, targetingKey, subject, attributes);
        FlagOutcomes flag = route.flag;
        boolean on = route.on;
        if (flag == null) {
            return on ? whenOn.perform() : whenOff.perform();
        }
        Choice how = choice == null ? flag.defaultChoice() : choice;
        how = fallsBack ? how.fallBackOnFailure() : how;
        Breaker breaker = route.breaker;
        Breaker.Admission admission = Breaker.Admission.ADMITTED;
        if (on && how.usesBreaker()) {
            admission = breaker.admit();
            if (admission == Breaker.Admission.DIVERTED) {
                flag.divert(route.tally);
                return whenOff.perform();
            }
        }
        Tally tally = route.tally;
        long user = 0;
        long start;
        int slot = InFlight.NO_SLOT;
        if (tally == null) {
            start = flag.nanos.getAsLong();
        } else {
            user = route.user(targetingKey, subject, attributes);
            start = flag.nanos.getAsLong();
            slot = tally.begun(on, how, start, user);
        }
        T result;
        try {
            result = on ? whenOn.perform() : whenOff.perform();
        } catch (Throwable failure) {
            if (failure instanceof InterruptedException) {
                // who catches it as an Exception, as most code does, would lose that this thread is to end
                Thread.currentThread().interrupt();
            }
            flag.thrown(route, slot, start, user, how, admission, failure);
            if (!on || !how.fallsBackOn(failure) || Thread.currentThread().isInterrupted()) {
                throw failure;
            }
            flag.fallbacks.increment();
            try {
                return whenOff.perform();
            } catch (Throwable alsoThrown) {
                if (alsoThrown != failure) {
                    alsoThrown.addSuppressed(failure);
                }
                throw alsoThrown;
            }
        }
        long took = flag.nanos.getAsLong() - start;
        if (on) {
            flag.treatment.count(false, took);
            breaker.ended(admission, false);
        } else {
            flag.control.count(false, took);
        }
        if (tally != null) {
            tally.ended(on, slot, start, took, user, false, null);
        }
        return result;
    }
}
