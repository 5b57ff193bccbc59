package dev.flags.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every outage on every kind of store, against server processes: no code default, no exception, kills in force, one line of the log a
 * transition, all right afterwards. How soon is measured by {@link ReliabilityTable}; here waits are only bounded.
 */
@Execution(ExecutionMode.CONCURRENT)
class OutagesTest {

    @TestFactory
    Stream<DynamicTest> redis() {
        return tests(RedisTarget::new, RedisOutages.all());
    }

    @TestFactory
    Stream<DynamicTest> sentinel() {
        return tests(ReplicatedTarget::sentinel, ReplicatedOutages.all());
    }

    @TestFactory
    Stream<DynamicTest> cluster() {
        return tests(ReplicatedTarget::cluster, ReplicatedOutages.all());
    }

    @TestFactory
    Stream<DynamicTest> postgres() {
        return tests(PostgresTarget::new, PostgresOutages.all());
    }

    private static <T extends Target> Stream<DynamicTest> tests(Supplier<T> start, List<Outage<T>> outages) {
        return outages.stream()
                .map(outage -> DynamicTest.dynamicTest(outage.name(), () -> {
                    Findings findings = Rehearsal.run(start, outage, Rehearsal.Pace.TEST);
                    System.out.println(findings.row());
                    assertThat(findings.faults()).isEmpty();
                }));
    }
}
