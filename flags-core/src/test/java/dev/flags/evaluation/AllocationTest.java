package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.flags.EvaluationContext;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What evaluating allocates, as the JVM itself counts it: the whole path from look-up to counter, many times over. */
class AllocationTest {
    /** A few bytes that something else allocates now and then are spread over all rounds. */
    private static final double NOTHING = 0.5;

    private static final int ROUNDS = 200_000;
    private static final String[] USERS =
            IntStream.range(0, 1_024).mapToObj(i -> "user-" + i).toArray(String[]::new);
    private static final EvaluationContext[] CONTEXTS = IntStream.range(0, 1_024)
            .mapToObj(i -> EvaluationContext.builder("user-" + i)
                    .attribute("country", "IT")
                    .attribute("age", 17L)
                    .attribute("version", "1.2.3-rc.1")
                    .attribute("ip", "2001:db8::7")
                    .attribute("plans", java.util.List.of("free", "trial"))
                    .build())
            .toArray(EvaluationContext[]::new);

    private static final AttributeReader<String> NO_ATTRIBUTES = (user, name) -> null;

    private static double bytesPerRound(ToIntFunction<Integer> round) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double least = Double.MAX_VALUE;
        // until the compiler has done its work, which nothing else tells: it may have to wait for a processor
        for (int run = 0; run < 100 && least >= NOTHING; run++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            int sum = 0;
            for (int i = 0; i < ROUNDS; i++) {
                sum += round.applyAsInt(i & 127);
            }
            long after = threads.getCurrentThreadAllocatedBytes();
            assertThat(sum).isGreaterThanOrEqualTo(0);
            least = Math.min(least, (after - before) / (double) ROUNDS);
        }
        return least;
    }

    private static int isEnabled(Snapshot snapshot, String key, int i) {
        CompiledFlag flag = snapshot.flag(key);
        if (flag == null) {
            return 0;
        }
        Outcome outcome = flag.evaluate(USERS[i], USERS[i], NO_ATTRIBUTES);
        outcome.count();
        return outcome.on() ? 1 : 0;
    }

    private static int isEnabledForContext(Snapshot snapshot, String key, int i) {
        Outcome outcome = Objects.requireNonNull(snapshot.flag(key))
                .evaluate(CONTEXTS[i].targetingKey(), CONTEXTS[i], AttributeReader.OF_CONTEXT);
        outcome.count();
        return outcome.on() ? 1 : 0;
    }

    @Test
    void aPercentageAllocatesNothing() {
        Snapshot snapshot = Given.flags("{'key':'f','percentage':50}");
        assertThat(bytesPerRound(i -> isEnabled(snapshot, "f", i))).isLessThan(NOTHING);
    }

    @Test
    void whereNoHashIsNeededNothingIsAllocatedEither() {
        Snapshot snapshot = Given.flags(
                "{'key':'full','percentage':100}",
                "{'key':'none'}",
                "{'key':'disabled','enabled':false}",
                "{'key':'targets',"
                        + "'targets':[{'variant':'on','keys':['user-1','user-2']}],'prerequisites':[{'flag':'full'}]}");
        for (String key : new String[] {"full", "none", "disabled", "targets", "unknown"}) {
            assertThat(bytesPerRound(i -> isEnabled(snapshot, key, i))).as(key).isLessThan(NOTHING);
        }
    }

    @Test
    void rulesThatMissAllocateNothing() {
        Snapshot snapshot = Given.snapshot(Given.layer("s")
                .segment(
                        "{'name':'europe','keys':['zoe'],'rules':[[{'attribute':'country','operator':'in','values':['DE','FR']}]]}")
                .flag("{'key':'f','rules':["
                        + "{'id':'a','conditions':[{'attribute':'country','operator':'in','values':['DE','FR']}],'variant':'on'},"
                        + "{'id':'b','conditions':[{'attribute':'age','operator':'>=','values':[18]}],'variant':'on'},"
                        + "{'id':'c','conditions':[{'attribute':'version','operator':'semver>=','values':['1.2.3']}],'variant':'on'},"
                        + "{'id':'d','conditions':[{'attribute':'ip','operator':'cidr','values':['10.0.0.0/8','fe80::/10']}],'variant':'on'},"
                        + "{'id':'e','conditions':[{'attribute':'country','operator':'startsWith','values':['d'],'ignoreCase':true}],'variant':'on'},"
                        + "{'id':'f','conditions':[{'attribute':'missing','operator':'in','values':['x'],'negate':true}],'variant':'on'},"
                        + "{'id':'g','conditions':[{'attribute':'plans','operator':'in','values':['gold']}],'variant':'on'},"
                        + "{'id':'h','conditions':[{'segment':'europe'}],'variant':'on'},"
                        + "{'id':'i','conditions':[{'attribute':'country','operator':'in','values':['de'],'ignoreCase':true}],'variant':'on'}],"
                        + "'percentage':100}"));
        assertThat(snapshot.problems()).isEmpty();
        assertThat(Given.decide(snapshot, "f", CONTEXTS[0]).ruleId()).isNull();
        assertThat(bytesPerRound(i -> isEnabledForContext(snapshot, "f", i))).isLessThan(NOTHING);
    }
}
