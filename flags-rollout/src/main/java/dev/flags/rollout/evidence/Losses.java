package dev.flags.rollout.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows that could not be used, by why. Not thread-safe; confine it to one thread. */
final class Losses {
    /** Came more than 15 minutes late. */
    private static final String LATE = "late";
    /** Their process gave them up, because the store was away for too long. */
    private static final String GIVEN_UP = "givenUp";
    /** Say what cannot be. */
    private static final String ABSURD = "absurd";
    /** Of more instances than can be told apart. */
    private static final String CROWD = "crowd";
    /** Windows that nobody has read. */
    private static final String UNREAD = "unread";

    private final Map<String, Long> counts = new LinkedHashMap<>();

    private void add(String why, long more) {
        if (more > 0) {
            counts.merge(why, more, Long::sum);
        }
    }

    void late() {
        add(LATE, 1);
    }

    void givenUp(long rows) {
        add(GIVEN_UP, rows);
    }

    void absurd() {
        add(ABSURD, 1);
    }

    void crowd() {
        add(CROWD, 1);
    }

    void unread(long windows) {
        add(UNREAD, windows);
    }

    /** For a person. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        say(sentences, LATE, " came more than 15 minutes late and ", "was", "were", " not used");
        say(
                sentences,
                GIVEN_UP,
                " ",
                "was",
                "were",
                " given up by the process, because the store was away for too long");
        say(sentences, ABSURD, " ", "says", "say", " what cannot be, and nothing of it was used");
        say(sentences, CROWD, " ", "was", "were", " not used: more than " + Fleet.MOST + " instances report");
        long unread = counts.getOrDefault(UNREAD, 0L);
        if (unread > 0) {
            sentences.add("what was reported in " + Sentences.time(unread)
                    + " was not used: no controller looked for more than 15 minutes");
        }
        return sentences;
    }

    private void say(List<String> sentences, String why, String before, String one, String many, String after) {
        long count = counts.getOrDefault(why, 0L);
        if (count > 0) {
            sentences.add(
                    count == 1
                            ? "1 row of outcomes" + before + one + after
                            : Sentences.count(count) + " rows of outcomes" + before + many + after);
        }
    }

    Map<String, Object> tree() {
        return new LinkedHashMap<>(counts);
    }

    static Losses read(Tree tree) {
        Losses losses = new Losses();
        tree.names().stream().sorted().forEach(why -> losses.counts.put(why, tree.count(why, Long.MAX_VALUE)));
        return losses;
    }
}
