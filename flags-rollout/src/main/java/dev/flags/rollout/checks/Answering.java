package dev.flags.rollout.checks;

import dev.flags.FlagsException;
import dev.flags.secrets.Secrets;
import java.util.Collection;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.slf4j.Logger;

/** Turns whatever goes wrong into an answer. */
final class Answering {
    private Answering() {}

    static Checks.Answer to(String title, Logger log, Callable<Checks.Answer> question) {
        return to(title, log, question, why -> new Checks.Answer(false, why));
    }

    /** Also an {@link Error}: a driver that is half there must not end the controller. */
    static <T> T to(String title, Logger log, Callable<T> question, Function<String, T> problem) {
        try {
            return question.call();
        } catch (NotAnsweredException | FlagsException e) {
            log.debug("{}", title, e);
            return problem.apply(Secrets.mask(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return problem.apply(title + " was not waited for: interrupted");
        } catch (Throwable e) {
            log.warn("{} failed in a way that nobody foresaw", title, e);
            return problem.apply(title + " failed: " + Secrets.mask(Plain.line(e.toString())));
        }
    }

    static String unknown(String kind, String name, Collection<String> known) {
        return "the controller's configuration has no " + kind + " '" + Plain.line(name, 100) + "'"
                + (known.isEmpty() ? "" : "; it has " + String.join(", ", new TreeSet<>(known)));
    }
}
