package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.Percentage;
import dev.flags.source.FlagOverride.AtPercentage;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecompileTest {
    private static final String A = "{'key':'a','percentage':100,'prerequisites':[{'flag':'b'}]}";
    private static final String B = "{'key':'b','percentage':100,'prerequisites':[{'flag':'c'}]}";
    private static final String C = "{'key':'c','percentage':100}";
    private static final String D =
            "{'key':'d','rules':[{'id':'r','conditions':[{'segment':'outer'}],'variant':'on'}]}";
    private static final String OUTER = "{'name':'outer','rules':[[{'segment':'inner'}]]}";

    private static Given layer(String c, String innerKey) {
        return Given.layer("store")
                .flag(A)
                .flag(B)
                .flag(c)
                .flag(D)
                .segment(OUTER)
                .segment("{'name':'inner','keys':['" + innerKey + "']}");
    }

    @Test
    void whatDoesNotDependOnTheChangeIsKept() {
        Snapshot before = Given.snapshot(layer(C, "ann"));
        Snapshot after = before.recompile(Given.contents(layer(C.replace("100", "0"), "ann")), Set.of("c"));
        assertThat(after.flag("d")).isSameAs(before.flag("d"));
        assertThat(after.changed()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(Given.decide(after, "a", "u").enabled()).isFalse();
        assertThat(Given.decide(before, "a", "u").enabled()).isTrue();
    }

    @Test
    void aChangedSegmentRecompilesWhateverLooksAtItThroughOthersToo() {
        Snapshot before = Given.snapshot(layer(C, "ann"));
        Snapshot after = before.recompile(Given.contents(layer(C, "bob")), Set.of("c"));
        assertThat(after.changed()).containsExactly("d");
        assertThat(Given.decide(after, "d", "bob").enabled()).isTrue();
        assertThat(Given.decide(after, "d", "ann").enabled()).isFalse();
        assertThat(after.flag("a")).isSameAs(before.flag("a"));
    }

    @Test
    void contentThatIsEqualChangesNothing() {
        Snapshot before = Given.snapshot(layer(C, "ann"));
        Snapshot after = before.recompile(Given.contents(layer(C, "ann")), Set.of());
        assertThat(after.changed()).isEmpty();
        assertThat(after.flag("a")).isSameAs(before.flag("a"));
    }

    @Test
    void aFlagThatGoesAndOneThatComesAreChanges() {
        Snapshot before = Given.snapshot(Given.layer("s").flag(A).flag(B));
        assertThat(Given.decide(before, "a", "u").enabled()).isFalse();
        Snapshot after =
                before.recompile(Given.contents(Given.layer("s").flag(A).flag(B).flag(C)), Set.of("c"));
        assertThat(Given.decide(after, "a", "u").enabled()).isTrue();
        assertThat(after.problems()).isEmpty();
        Snapshot gone = after.recompile(Given.contents(Given.layer("s").flag(A).flag(B)), Set.of("c"));
        assertThat(gone.flag("c")).isNull();
        assertThat(gone.changed()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(gone.problems()).hasSize(1);
    }

    @Test
    void aLayerThatBecomesCompleteConcernsEveryFlag() {
        Snapshot before = Given.snapshot(Given.layer("env"), Given.layer("s").flag(C));
        Snapshot after = before.recompile(
                Given.contents(Given.layer("env").complete(), Given.layer("s").flag(C)), Set.of("x"));
        assertThat(Given.decide(after, "c", "u").enabled()).isFalse();
    }

    @Test
    void countersOutliveTheSnapshot() {
        DecisionCounters counters = new DecisionCounters();
        Snapshot before = Snapshot.compile(Given.contents(layer(C, "ann")), counters);
        Outcome one = Objects.requireNonNull(before.flag("c")).evaluate("u", null, (s, n) -> null);
        one.count();
        Snapshot after = before.recompile(Given.contents(layer(C.replace("100", "50"), "ann")), Set.of("c"));
        Objects.requireNonNull(after.flag("c"))
                .evaluate("user-1", null, (s, n) -> null)
                .count();
        assertThat(counters.counts().stream().mapToLong(count -> count.count()).sum())
                .isEqualTo(2);
        assertThat(counters.counts())
                .allSatisfy(count -> assertThat(count.key()).isEqualTo("c"));
    }

    @Property(tries = 300)
    void recompilingComesToTheSameAsCompiling(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 7) Integer> flags,
            @ForAll @Size(min = 12, max = 12) List<@IntRange(min = -1, max = 3) Integer> percentages,
            @ForAll @Size(min = 12, max = 12) List<@IntRange(min = -1, max = 7) Integer> requires) {
        String[] documents = new String[8];
        boolean[] overridden = new boolean[8];
        Snapshot incremental = Given.snapshot(Given.layer("env"), Given.layer("s"));
        for (int i = 0; i < flags.size(); i++) {
            int flag = flags.get(i);
            int percentage = percentages.get(i);
            int required = requires.get(i);
            overridden[flag] = percentage == 3;
            documents[flag] = percentage < 0
                    ? null
                    : "{'key':'f" + flag + "','percentage':" + Math.min(100, percentage * 50)
                            + (required < 0 || required == flag
                                    ? ""
                                    : ",'prerequisites':[{'flag':'f" + required + "'}]")
                            + "}";
            Given env = Given.layer("env");
            Given store = Given.layer("s");
            IntStream.range(0, 8).forEach(k -> {
                if (documents[k] != null) {
                    store.flag(documents[k]);
                }
                if (overridden[k]) {
                    env.override("f" + k, new AtPercentage(Percentage.of(20)));
                }
            });
            incremental = incremental.recompile(Given.contents(env, store), Set.of("f" + flag));
            Snapshot whole = Given.snapshot(env, store);
            assertThat(incremental.flags()).hasSameSizeAs(whole.flags());
            assertThat(flagsWithProblems(incremental)).isEqualTo(flagsWithProblems(whole));
            for (CompiledFlag compiled : whole.flags()) {
                for (String user : new String[] {"user-1", "user-42", "ann"}) {
                    assertThat(Given.decide(incremental, compiled.key(), user))
                            .isEqualTo(Given.decide(whole, compiled.key(), user));
                }
            }
        }
    }

    private static List<String> flagsWithProblems(Snapshot snapshot) {
        return snapshot.problems().stream()
                .map(problem -> problem.path().substring(0, problem.path().indexOf('#')))
                .distinct()
                .toList();
    }

    @Test
    void unknownKeysAreCountedWithinABound() {
        DecisionCounters counters = new DecisionCounters();
        assertThat(counters.countUnknown("typo")).isTrue();
        assertThat(counters.countUnknown("typo")).isFalse();
        for (int i = 0; i < 5_000; i++) {
            counters.countUnknown("key-" + i + "-" + ThreadLocalRandom.current().nextInt());
        }
        assertThat(counters.counts()).hasSizeLessThanOrEqualTo(DecisionCounters.MAX_UNKNOWN_KEYS + 1);
        assertThat(counters.counts().stream().mapToLong(count -> count.count()).sum())
                .isEqualTo(5_002);
    }
}
