package dev.flags.cli;

import dev.flags.evaluation.Bucketing;
import dev.flags.model.Percentage;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of the quickstart's story.
 *
 * @param title what happens, for the reader
 * @param percentage what the application must serve afterwards
 * @param words the command without the flag's key, which comes second
 */
record QuickstartStep(String title, Percentage percentage, List<String> words) {
    static final List<QuickstartStep> STORY = List.of(
            step("A new flag: enabled, and at 0 % until told otherwise", 0, "create", "--owner", "team-projects"),
            step("The first tenth of the users", 10, "set", "10%", "--reason", "first cohort"),
            step("Half of them; the first tenth stays in", 50, "set", "50%", "--reason", "no errors for 15 minutes"),
            step("Everybody", 100, "set", "100%", "--reason", "no errors for 15 minutes"),
            step("An incident: the kill switch forces the old path", 0, "kill", "--reason", "INC-431"),
            step("Lifted: underneath, nothing had changed", 100, "unkill", "--reason", "INC-431 was the network"),
            step(
                    "Back to the definition before: 50 %, by the same users",
                    50, "undo", "--reason", "half is enough for today"));

    private static QuickstartStep step(String title, int percent, String... words) {
        return new QuickstartStep(title, Percentage.of(percent), List.of(words));
    }

    String[] arguments(String key) {
        List<String> arguments = new ArrayList<>(words);
        arguments.add(1, key);
        return arguments.toArray(String[]::new);
    }

    /** How many of the application's users are inside the percentage: not about that many, but exactly. */
    int expectedUsers(String key, int users) {
        Bucketing bucketing = Bucketing.of(key);
        int treated = 0;
        for (int i = 0; i < users; i++) {
            if (bucketing.bucket("user-" + i) < percentage.buckets()) {
                treated++;
            }
        }
        return treated;
    }
}
