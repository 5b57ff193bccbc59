package dev.flags.store.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.model.FlagState;
import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

abstract class ProcessRules {
    private static final int PROCESSES = 8;
    private static final int COMMITS_EACH = 10;

    abstract Bench bench();

    @Test
    void eightProcessesThatEditAndKillAtOnceLoseNothingAndKeepTheChain() throws Exception {
        StoreFixture.SharedStore shared = bench().sharedStore();
        List<Process> writers = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            writers.add(WriterProcess.start(shared, Bench.ENVIRONMENT, "a", COMMITS_EACH, "own-" + i));
        }
        List<String> told = new ArrayList<>();
        for (Process writer : writers) {
            told.addAll(WriterProcess.wholeLines(WriterProcess.read(writer)));
            assertThat(writer.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(writer.exitValue()).isZero();
        }

        FlagStore store = bench().store();
        assertThat(store.flag("a").definition().orElseThrow().percentage().buckets())
                .isEqualTo(PROCESSES * COMMITS_EACH);
        assertThat(store.flag("a").kill()).isPresent();
        for (int i = 0; i < PROCESSES; i++) {
            FlagState own = store.flag("own-" + i);
            assertThat(own.definition().orElseThrow().percentage().buckets()).isEqualTo(2);
            assertThat(own.kill()).isPresent();
        }
        List<AuditEntry> log = Bench.wholeLog(store);
        assertThat(log)
                .extracting(entry -> entry.revision() + " " + entry.hash())
                .containsExactlyInAnyOrderElementsOf(told);
        assertThat(store.verify().entries()).isEqualTo(told.size());
        assertThat(store.verify().intact()).isTrue();
        LogAndFlags.assertAgree(store);
    }

    @Test
    void aProcessKilledInMidCommitLeavesTheWholeCommitOrNothing() throws Exception {
        StoreFixture.SharedStore shared = bench().sharedStore();
        List<String> told = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            Process writer = WriterProcess.start(shared, Bench.ENVIRONMENT, "a", Integer.MAX_VALUE);
            told.addAll(killAfter(writer, 5 + 7 * round));
            // the next one goes on at once, whatever locks the dead one held
            FlagStore survivor = bench().store();
            Bench.raiseByOneBucket(survivor, "a");
            assertThat(survivor.verify().intact()).isTrue();
        }

        FlagStore store = bench().store();
        List<AuditEntry> log = Bench.wholeLog(store);
        assertThat(log.stream()
                        .map(entry -> entry.revision() + " " + entry.hash())
                        .collect(Collectors.toSet()))
                .as("every commit that a process was told of")
                .containsAll(told);
        assertThat(store.flag("a").definition().orElseThrow().percentage().buckets())
                .isEqualTo(log.size());
        LogAndFlags.assertAgree(store);
    }

    /** Reads some commits, kills without warning, and reads what had been said until then. */
    private static List<String> killAfter(Process writer, int commits) throws IOException, InterruptedException {
        List<String> told = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < commits; i++) {
                String line = lines.readLine();
                assertThat(line).as("the writer ended early").isNotNull();
                told.add(line);
            }
            // Through the handle: Process.destroyForcibly would close the stream before its rest is read.
            writer.toHandle().destroyForcibly();
            StringBuilder rest = new StringBuilder();
            for (int c = lines.read(); c >= 0; c = lines.read()) {
                rest.append((char) c);
            }
            told.addAll(WriterProcess.wholeLines(rest.toString()));
        } finally {
            writer.destroyForcibly();
            writer.waitFor();
        }
        return told;
    }
}
