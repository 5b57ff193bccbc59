package dev.flags.store.tck;

import static dev.flags.store.tck.Bench.LONG;
import static dev.flags.store.tck.Bench.one;
import static dev.flags.store.tck.Bench.taken;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.store.ControllerRecords;
import dev.flags.store.ControllerRecords.Lease;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the controller keeps in the store, written only by who has its lease. */
abstract class ControllerRecordRules {
    abstract Bench bench();

    private ControllerRecords records() {
        return bench().controllerRecords(Bench.ENVIRONMENT);
    }

    @Test
    void recordsAreReadAsTheyWereWrittenAndReplacedAndRemoved() {
        ControllerRecords records = records();
        Lease lease = taken(records, "ada", LONG);
        String text = "{\"text\":\"a\\u0000 'quoted' é 😀 \\\\ %s\"}";

        assertThat(records.write(lease, Map.of("a", Optional.of(text), "b", Optional.of("{}"))))
                .isTrue();
        assertThat(records().read("a")).contains(text);
        assertThat(records().read("b")).contains("{}");
        assertThat(records().read("A")).isEmpty();

        assertThat(records.write(lease, Map.of("a", Optional.of("{\"n\":2}"), "b", Optional.empty())))
                .isTrue();
        assertThat(records().read("a")).contains("{\"n\":2}");
        assertThat(records().read("b")).isEmpty();

        assertThat(records.write(lease, Map.of("b", Optional.empty()))).isTrue();
        assertThat(records.write(lease, Map.of())).isTrue();
    }

    @Test
    void aWriteUnderAnOldFenceWritesNothing() {
        Lease old = taken(records(), "ada", LONG);
        assertThat(records().write(old, Map.of("a", Optional.of("1"), "b", Optional.of("1"))))
                .isTrue();
        records().release(old);
        Lease now = taken(records(), "grace", LONG);

        assertThat(records().write(old, Map.of("a", Optional.of("2"), "b", Optional.empty(), "c", Optional.of("2"))))
                .isFalse();
        assertThat(records().write(old, Map.of())).isFalse();

        assertThat(records().read("a")).contains("1");
        assertThat(records().read("b")).contains("1");
        assertThat(records().read("c")).isEmpty();
        assertThat(records().write(now, one("a", "3"))).isTrue();
        assertThat(records().read("a")).contains("3");
    }

    @Test
    void fiveHundredRecordsAreWrittenAtOnceAndReadAtOnce() {
        ControllerRecords records = records();
        Lease lease = taken(records, "ada", LONG);
        Map<String, Optional<String>> many = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            many.put("flag-" + i, Optional.of(("{\"n\":" + i + ",\"used\":[]}").repeat(50)));
        }

        assertThat(records.write(lease, many)).isTrue();

        Set<String> names = new HashSet<>(many.keySet());
        names.add("not-there");
        Map<String, String> read = records.readAll(names);
        assertThat(read).hasSize(many.size());
        many.forEach((name, text) -> assertThat(text).contains(requireNonNull(read.get(name))));
        assertThat(records.readAll(Set.of("flag-7", "not-there"))).containsOnlyKeys("flag-7");
        assertThat(records.readAll(Set.of())).isEmpty();
        many.replaceAll((name, text) -> name.endsWith("7") ? Optional.empty() : Optional.of("{}"));
        assertThat(records.write(lease, many)).isTrue();
        many.forEach((name, text) -> assertThat(records.read(name)).isEqualTo(text));
    }

    @Test
    void aRecordMayBeLarge() {
        ControllerRecords records = records();
        Lease lease = taken(records, "ada", LONG);
        String large = "0123456789abcdef".repeat(100_000);

        assertThat(records.write(lease, one("a", large))).isTrue();

        assertThat(records().read("a")).contains(large);
    }

    @Test
    void environmentsHaveLeasesAndRecordsOfTheirOwn() {
        Lease production = taken(records(), "ada", LONG);
        Lease staging = taken(bench().controllerRecords("staging"), "grace", LONG);
        assertThat(records().write(production, one("a", "production"))).isTrue();
        assertThat(bench().controllerRecords("staging").write(staging, one("a", "staging")))
                .isTrue();
        bench().controllerRecords("staging").release(staging);

        assertThat(records().read("a")).contains("production");
        assertThat(bench().controllerRecords("staging").read("a")).contains("staging");
        assertThat(records().holder()).contains(production);
        assertThat(bench().controllerRecords("staging").holder()).isEmpty();
    }

    @Test
    void theyAreNoPartOfTheHistory() {
        Lease lease = taken(records(), "ada", LONG);
        records().write(lease, one("a", "{}"));

        assertThat(bench().store().head().revision()).isZero();
        assertThat(bench().storage().load().flags()).isEmpty();
        Bench.put(bench().store(), Bench.flag("a", 10));
        assertThat(bench().store().verify().intact()).isTrue();
        assertThat(records().read("a")).contains("{}");
    }
}
