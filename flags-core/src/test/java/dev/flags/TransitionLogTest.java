package dev.flags;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.FlagsStatus.State;
import dev.flags.model.Problem;
import dev.flags.source.FlagSource;
import dev.flags.source.FollowOptions;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TransitionLogTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void eachTransitionHasOneLineHoweverOftenItsReasonsChange() {
        PrintStream before = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
        Hand hand = new Hand();
        try (Flags flags = Flags.builder()
                .environment("transitions")
                .startup(StartupPolicy.dontWait())
                .layer(hand)
                .build()) {
            hand.listener.state(State.STALE, List.of(new Problem("redis", "refused")));
            hand.listener.state(State.STALE, List.of(new Problem("redis", "timed out")));
            hand.listener.loaded(content(7), State.READY, NOW);
            hand.listener.loaded(content(8), State.READY, NOW);
            hand.listener.state(State.STALE, List.of(new Problem("redis", "refused again")));
            hand.listener.loaded(content(8), State.WIPED, NOW);
            hand.listener.state(State.WIPED, List.of(new Problem("redis", "it is empty")));
            hand.listener.loaded(content(8), State.WIPED, NOW);
            hand.listener.loaded(content(9), State.READY, NOW);
            hand.listener.state(State.READY, List.of());
            assertThat(flags.status().state()).isEqualTo(State.READY);
        } finally {
            System.setErr(before);
        }

        assertThat(captured.toString(StandardCharsets.UTF_8)
                        .lines()
                        .filter(line -> line.contains("[transitions]"))
                        .map(line -> line.substring(line.indexOf("layer hand")))
                        .map(line -> line.replaceAll(" at revision.*", "")))
                // the returns to READY are lines of a level that tests do not print
                .containsExactly(
                        "layer hand is NOT_READY; redis: refused",
                        "layer hand is STALE; redis: refused again",
                        "layer hand is WIPED; redis: it is empty");
    }

    private static LayerContent content(long revision) {
        return new LayerContent(revision, Map.of(), Map.of(), false, Set.of(), List.of());
    }

    /** A source that says what the test says. */
    private static final class Hand implements FlagSource {
        private SourceListener listener;

        @Override
        public String name() {
            return "hand";
        }

        @Override
        public Subscription follow(FollowOptions options, SourceListener told) {
            listener = told;
            return () -> {};
        }

        @Override
        public void close() {}
    }
}
