package dev.flags.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;
import org.junit.jupiter.api.Test;

class FlagMapTest {

    /** A key and its new value; 0 takes it out. "Aa" and "BB" have the same hash, and so has whatever is made of them. */
    @Provide
    Arbitrary<Tuple2<String, Integer>> change() {
        Arbitrary<String> alike = Arbitraries.of("Aa", "BB", "C#")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(parts -> String.join("", parts));
        Arbitrary<String> numbered = Arbitraries.integers().between(0, 60).map(number -> "flag-" + number);
        return Arbitraries.oneOf(alike, numbered)
                .flatMap(key -> Arbitraries.integers().between(0, 3).map(value -> Tuple.of(key, value)));
    }

    @Property(tries = 200)
    void holdsAfterAnyChangesWhatAHashMapHolds(
            @ForAll List<@net.jqwik.api.From("change") Tuple2<String, Integer>> changes) {
        FlagMap.Editor<Integer> editor = FlagMap.<Integer>empty().edit();
        Map<String, Integer> expected = new HashMap<>();
        List<Map<String, Integer>> copies = new ArrayList<>();
        List<FlagMap<Integer>> maps = new ArrayList<>();
        for (Tuple2<String, Integer> change : changes) {
            if (change.get2() == 0) {
                editor.remove(change.get1());
                expected.remove(change.get1());
            } else {
                editor.put(change.get1(), change.get2());
                expected.put(change.get1(), change.get2());
            }
            copies.add(Map.copyOf(expected));
            maps.add(editor.toMap());
        }
        for (int i = 0; i < maps.size(); i++) {
            FlagMap<Integer> map = maps.get(i);
            assertThat(map).as("after change %d", i).isEqualTo(copies.get(i)).hasSameSizeAs(copies.get(i));
            copies.get(i)
                    .forEach((key, value) ->
                            assertThat(map.get(new String(key.toCharArray()))).isEqualTo(value));
        }
    }

    @Test
    void editingLeavesTheMapAsItIs() {
        FlagMap.Editor<String> first = FlagMap.<String>empty().edit();
        first.put("a", "1");
        FlagMap<String> map = first.toMap();
        first.put("a", "2");
        FlagMap.Editor<String> second = map.edit();
        second.remove("a");
        second.put("b", "3");

        assertThat(map).isEqualTo(Map.of("a", "1"));
        assertThat(first.toMap()).isEqualTo(Map.of("a", "2"));
        assertThat(second.toMap()).isEqualTo(Map.of("b", "3"));
        assertThat(FlagMap.empty()).isEmpty();
    }

    @Test
    void knowsNeitherNullNorWhatIsNoText() {
        FlagMap.Editor<String> editor = FlagMap.<String>empty().edit();
        editor.put("a", "1");
        assertThat(editor.toMap().get(null)).isNull();
        Object number = 1;
        assertThat(editor.toMap().get(number)).isNull();
    }
}
