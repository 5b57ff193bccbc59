package dev.flags.store.tck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.FlagJson;
import dev.flags.model.FlagState;
import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** No change without an audit entry, no audit entry without its change. */
final class LogAndFlags {
    private LogAndFlags() {}

    static void assertAgree(FlagStore store) {
        List<AuditEntry> log = Bench.wholeLog(store);
        Map<String, Object> logged = Bench.lastStates(log);
        assertThat(log).hasSize((int) store.head().revision());
        assertThat(store.flags()).extracting(FlagState::key).containsExactlyInAnyOrderElementsOf(logged.keySet());
        for (FlagState state : store.flags()) {
            Map<?, ?> records = requireNonNull((Map<?, ?>) logged.get(state.key()));
            assertThat(records.get("revision")).isEqualTo(state.revision());
            assertThat(Optional.ofNullable(records.get("definition"))
                            .map(tree -> FlagJson.definition(state.key(), tree)))
                    .isEqualTo(state.definition());
            assertThat(records.get("kill"))
                    .isEqualTo(state.kill().map(FlagJson::toTree).orElse(null));
        }
    }
}
