package dev.flags.store;

import dev.flags.store.EnvironmentSettings.Archived;
import java.util.Optional;

/**
 * Steps from entry to entry of one chain, and says at the first that is no link of it what is wrong. Not thread-safe; confine it to one
 * thread.
 */
final class ChainWalk {
    private final String environment;
    private final String epoch;
    private long entries;
    private long revision;
    private String hash;
    private Optional<Archived> says = Optional.empty();

    /** Begins behind an anchor; without one, at the root. */
    ChainWalk(String environment, String epoch, Optional<Archived> since) {
        this.environment = environment;
        this.epoch = epoch;
        this.revision = since.map(Archived::revision).orElse(0L);
        this.hash = since.map(Archived::hash).orElse(AuditChain.ROOT);
    }

    /** How many entries were stepped over. */
    long entries() {
        return entries;
    }

    /** The last revision stepped over. */
    long revision() {
        return revision;
    }

    /** That entry's hash. */
    String hash() {
        return hash;
    }

    /** Where the log begins, as the last entry says that says anything of it. */
    Optional<Archived> says() {
        return says;
    }

    /** Steps over the next entry; answers what is wrong with it instead, as a sentence. */
    Optional<String> step(StoredEntry entry) {
        if (entry.revision() != revision + 1) {
            return Optional.of(
                    entry.revision() > revision + 1
                            ? "entry " + (revision + 1) + " is missing: after " + revision + " comes "
                                    + entry.revision()
                            : "entry " + entry.revision() + " is out of order: it comes after " + revision);
        }
        if (!AuditChain.hash(entry.payload()).equals(entry.hash())) {
            return Optional.of("entry " + entry.revision()
                    + " was altered: its text does not have the hash that is stored with it");
        }
        AuditPayload payload;
        try {
            payload = AuditPayload.parse(entry);
        } catch (StoreDamagedException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
        Optional<String> problem = disagreement(entry, payload);
        if (problem.isEmpty()) {
            entries++;
            revision = entry.revision();
            hash = entry.hash();
            String settings = payload.settingsAfter();
            says = settings == null ? says : Records.settings(settings).archived();
        }
        return problem;
    }

    private Optional<String> disagreement(StoredEntry entry, AuditPayload payload) {
        AuditEntry read = payload.entry();
        if (read.revision() != entry.revision()) {
            return Optional.of("entry " + entry.revision() + " says that it is entry " + read.revision()
                    + ": entries were reordered");
        }
        if (!read.previousHash().equals(hash)) {
            return Optional.of(
                    "entry " + entry.revision() + " does not follow on the entry before it: one of them was replaced");
        }
        if (!read.environment().equals(environment) || !payload.epoch().equals(epoch)) {
            return Optional.of("entry " + entry.revision() + " belongs to another history (environment "
                    + read.environment() + ", epoch " + payload.epoch() + ")");
        }
        return Optional.empty();
    }
}
