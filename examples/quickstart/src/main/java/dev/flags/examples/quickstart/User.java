package dev.flags.examples.quickstart;

import dev.flags.EvaluationContext;
import org.jspecify.annotations.Nullable;

/**
 * The application's own user class. Because it is an {@link EvaluationContext}, it is passed to {@code isEnabled} as it is.
 *
 * @param id identifies the user; what a rollout hashes
 * @param country where the user lives; a rule can ask for it
 */
record User(String id, String country) implements EvaluationContext {
    @Override
    public String targetingKey() {
        return id;
    }

    @Override
    public @Nullable Object attribute(String name) {
        return name.equals("country") ? country : null;
    }
}
