package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.flags.json.Json;
import dev.flags.model.FlagState;
import dev.flags.store.AuditPayload.Change;
import dev.flags.store.AuditPayload.Changes;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FollowedEntryTest {
    private static final Instant AT = Instant.parse("2026-11-21T10:15:30.120Z");
    private static final Head HEAD = new Head("e1", 13, AuditChain.ROOT);
    private static final String RULES =
            "'rules':[{'id':'r','conditions':[{'attribute':'ä','operator':'in','values':['😀']}],'variant':'on'}]";

    @Test
    void saysOfCommitsWhatTheFullReaderSays() {
        InMemoryStorage storage = new InMemoryStorage("production", Clock.systemUTC());
        FlagStore store = new StorageFlagStore(storage);
        Commits.percentage(store, "a", 50);
        Commits.addBucket(store, "b");
        Commits.kill(store, "a");

        for (StoredEntry stored : storage.entriesAfter(0, 10)) {
            FollowedEntry followed = FollowedEntry.read(stored);
            AuditPayload full = AuditPayload.parse(stored);
            AuditEntry entry = full.entry();
            assertThat(followed.head()).isEqualTo(new Head(full.epoch(), entry.revision(), entry.hash()));
            assertThat(followed.previousHash()).isEqualTo(entry.previousHash());
            for (FollowedEntry.After flag : followed.flags()) {
                assertThat(flag.stored().updatedAt()).isEqualTo(entry.at());
                assertThat(flag.stored().updatedBy()).isEqualTo("ada");
                Map<?, ?> records = (Map<?, ?>)
                        Objects.requireNonNull(entry.after().get(flag.stored().key()));
                assertThat(parsed(flag.stored().definition())).isEqualTo(records.get("definition"));
                assertThat(parsed(flag.stored().kill())).isEqualTo(records.get("kill"));
                assertThat(flag.state()).isEqualTo(Records.state(flag.stored()));
            }
        }
        assertThat(storage.load().flags())
                .as("what is stored, byte for byte")
                .containsExactlyElementsOf(storage.entriesAfter(1, 2).stream()
                        .map(FollowedEntry::read)
                        .flatMap(entry -> entry.flags().stream())
                        .map(FollowedEntry.After::stored)
                        .sorted(java.util.Comparator.comparing(StoredFlag::key))
                        .toList());
    }

    private static @Nullable Object parsed(@Nullable String text) {
        return text == null ? null : Json.parse(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'key':'a','percentage':12.5," + RULES + "}",
                "{'key':'a','percentage':1250}",
                "{'key':'other'}",
                "{'key':'a','schema':2}",
                "[1]",
                "7",
                "true",
                "'a text that is JSON'",
                "not JSON",
                "{'key':'a','key':'a'}",
                "{'key':'a','half':'\\ud800'}",
            })
    void aRecordMeansWhatItsTextMeans(String definition) {
        StoredFlag stored = flag(definition.replace('\'', '"'), null);
        FollowedEntry.After after = FollowedEntry.read(entry(stored)).flags().get(0);
        StoredFlag read = after.stored();
        assertThat(read.definition()).isNotNull();
        FlagState state = after.state();
        assertThat(state).isEqualTo(Records.state(read));
        assertThat(state.definition()).isEqualTo(Records.state(stored).definition());
        assertThat(state.problems().isEmpty())
                .isEqualTo(Records.state(stored).problems().isEmpty());
    }

    @Test
    void aLatchThatCannotBeReadIsALatch() {
        FollowedEntry.After after =
                FollowedEntry.read(entry(flag(null, "{\"at\":7}"))).flags().get(0);
        assertThat(after.state().kill()).isPresent();
        assertThat(after.state()).isEqualTo(Records.state(after.stored()));
    }

    @Test
    void aDefinitionThatIsTooLargeIsAProblemOfThatFlag() {
        String large = "{\"key\":\"a\",\"later\":\"" + "x".repeat(Json.MAX_DOCUMENT_BYTES) + "\"}";
        FollowedEntry.After after =
                FollowedEntry.read(entry(flag(large, null))).flags().get(0);
        assertThat(after.state()).isEqualTo(Records.state(after.stored()));
        assertThat(after.state().problems()).singleElement().asString().contains("larger than 256 KiB");
    }

    @Test
    void takesSegmentsAndSettingsToo() {
        StoredSegment before = new StoredSegment("staff", 3, "{\"name\":\"staff\",\"keys\":[\"ann\"]}");
        StoredSegment after = new StoredSegment("staff", 14, "{\"name\":\"staff\",\"keys\":[\"bob\"]}");
        FollowedEntry entry = FollowedEntry.read(entry(new Changes(
                List.of(),
                List.of(),
                List.of(new Change<>(before, after)),
                "{\"protected\":false}",
                "{\"protected\":true}")));
        assertThat(entry.segments()).containsExactly(after);
        assertThat(entry.settings()).isEqualTo("{\"protected\":true}");
        assertThat(entry.flags()).isEmpty();
    }

    @Test
    void aFlagThatAnEntryIsOnlyAboutStaysAsItIs() {
        StoredFlag earlier = new StoredFlag("a", 13, "{\"key\":\"a\"}", null, null, AT, "ada");
        FollowedEntry entry = FollowedEntry.read(
                entry(new Changes(List.of(), List.of(earlier), List.of(), null, "{\"protected\":true}")));
        assertThat(entry.flags()).isEmpty();
        assertThat(entry.settings()).isEqualTo("{\"protected\":true}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "schema":1          | "schema":2               | newer version (schema 2)
            "schema":1          | "schema":"1"             | 'schema' must be an integer
            "epoch":"e1"        | "epoch":"e1","epoch":"x" | has /epoch twice
            "previousHash"      | "previous"               | 'previousHash' must be a string
            "after":{           | "after":[{}],"x":{       | 'after' must be an object
            "after":{"a":       | "after":{"b":7,"a":      | after/b must be an object
            "revision":14,"def  | "revision":1.5,"def      | 'revision' must be an integer
            "name":"ada"        | "name":null              | 'name' must be a string
            2026-11-21T         | 2026-13-21T              | cannot be read
            "reason":           | "reason":]               | is not valid JSON
            """)
    void whatIsNoEntryOfOursIsDamaged(String find, String replacement, String why) {
        String payload = entry(flag("{\"key\":\"a\"}", null)).payload();
        assertThat(payload).contains(find);
        StoredEntry altered = new StoredEntry(14, payload.replace(find, replacement), "");
        assertThatExceptionOfType(StoreDamagedException.class)
                .isThrownBy(() -> FollowedEntry.read(altered))
                .withMessageContaining("audit entry 14")
                .withMessageContaining(why);
    }

    private static StoredFlag flag(@Nullable String definition, @Nullable String kill) {
        return new StoredFlag("a", 14, definition, kill, null, AT, "ada");
    }

    private static StoredEntry entry(StoredFlag after) {
        return entry(new Changes(List.of(new Change<>(null, after)), List.of(), List.of(), null, null));
    }

    private static StoredEntry entry(Changes changes) {
        Commit commit = new Commit(Commits.ADA, "set", "because", Map.of(), found -> {
            throw new AssertionError("is not planned");
        });
        return AuditPayload.write("production", HEAD, AT, Optional.empty(), commit, changes);
    }
}
