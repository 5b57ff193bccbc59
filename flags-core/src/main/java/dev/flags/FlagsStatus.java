package dev.flags;

import dev.flags.model.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How current and how whole what is being served is. Immutable.
 *
 * @param state the worst state among the layers
 * @param layers one by one, in order of precedence
 */
public record FlagsStatus(State state, List<Layer> layers) {
    public FlagsStatus {
        layers = List.copyOf(layers);
    }

    /** All problems of all layers. */
    public List<Problem> problems() {
        return layers.stream().flatMap(l -> l.problems().stream()).toList();
    }

    /** From best to worst. */
    public enum State {
        /** Loaded, and in touch with the source. */
        READY,
        /** Serving the last known flags; the source does not answer. */
        STALE,
        /** The store came back without commits that had been seen; see {@code docs/reliability.md}. */
        REWOUND,
        /** The store came back empty or as another one; the last known flags are served. */
        WIPED,
        /** Nothing loaded from this source yet. */
        NOT_READY,
        /** Closed by the application. */
        CLOSED
    }

    /**
     * One layer.
     *
     * @param name the layer's name, as decisions give it
     * @param state its state
     * @param revision its revision; 0 for layers without revisions
     * @param lastContact when its source last answered
     * @param flags how many flags it defines, overrides or kills
     * @param problems what is wrong with it, one by one
     */
    public record Layer(
            String name, State state, long revision, Optional<Instant> lastContact, int flags, List<Problem> problems) {
        public Layer {
            problems = List.copyOf(problems);
        }

        /** How long ago the source last answered; zero, never less, when the process' clock was set back since. */
        public Optional<Duration> age(Instant now) {
            return lastContact.map(at -> now.isBefore(at) ? Duration.ZERO : Duration.between(at, now));
        }
    }
}
