package dev.flags.cli;

import dev.flags.FlagsException;
import dev.flags.Subscription;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagFile;
import dev.flags.model.FlagState;
import dev.flags.model.KillLatch;
import dev.flags.model.Problem;
import dev.flags.model.Segment;
import dev.flags.source.FollowOptions;
import dev.flags.source.SourceListener;
import dev.flags.store.AuditChain;
import dev.flags.store.AuditEntry;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.EnvironmentSettings;
import dev.flags.store.FlagStore;
import dev.flags.store.Head;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreMissingException;
import dev.flags.store.StoredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A flag file looked at as a store: it can be read, has no history, and refuses every write. */
final class ReadOnlyFile implements FlagStore {
    private final Path path;
    private final String environment;
    private final Instant changed;
    private final Map<String, FlagState> flags = new LinkedHashMap<>();
    private final Map<String, Segment> segments = new LinkedHashMap<>();

    ReadOnlyFile(Path path, String environment) {
        this.path = path;
        this.environment = environment;
        if (!Files.exists(path)) {
            throw new StoreMissingException("there is no flag file at " + path);
        }
        FlagFile.Parsed parsed;
        try {
            changed = Files.getLastModifiedTime(path).toInstant();
            parsed = FlagFile.parseLeniently(path.toString(), Files.readString(path), FlagFile.Format.of(path));
        } catch (IOException e) {
            throw new FlagsException("cannot read " + path + ": " + FlagFiles.reason(e), e);
        }
        for (FlagDefinition flag : parsed.good().flags()) {
            flags.put(flag.key(), state(flag.key(), Optional.of(flag), parsed));
        }
        for (String key : parsed.malformedKeys()) {
            flags.put(key, state(key, Optional.empty(), parsed));
        }
        for (String key : parsed.good().kills().keySet()) {
            flags.computeIfAbsent(key, k -> state(k, Optional.empty(), parsed));
        }
        parsed.good().segments().forEach(segment -> segments.put(segment.name(), segment));
    }

    private FlagState state(String key, Optional<FlagDefinition> definition, FlagFile.Parsed parsed) {
        Optional<KillLatch> kill = Optional.ofNullable(parsed.good().kills().get(key));
        List<Problem> problems = parsed.malformedKeys().contains(key)
                ? List.of(new Problem(
                        path.toString(), "this flag's definition is malformed; see 'flags lint -f " + path + "'"))
                : List.of();
        return new FlagState(key, 0, definition, kill, Optional.empty(), changed, "", problems);
    }

    @Override
    public String name() {
        return "file";
    }

    @Override
    public String location() {
        return "file:" + path;
    }

    @Override
    public String environment() {
        return environment;
    }

    @Override
    public Head head() {
        return new Head("file", 0, AuditChain.ROOT);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public FlagState flag(String key) {
        return flags.getOrDefault(key, FlagState.absent(key));
    }

    @Override
    public List<FlagState> flags() {
        return List.copyOf(flags.values());
    }

    @Override
    public Map<String, Segment> segments() {
        return segments;
    }

    @Override
    public EnvironmentSettings settings() {
        return EnvironmentSettings.DEFAULT;
    }

    @Override
    public StoredState load() {
        throw noHistory();
    }

    @Override
    public CommitOutcome commit(Commit commit) {
        throw new NotPermittedException(
                path + " is a flag file and read only here; edit it, or apply it to a store with 'flags apply -f'");
    }

    @Override
    public List<AuditEntry> history(Optional<String> key, long belowRevision, int limit) {
        throw noHistory();
    }

    @Override
    public List<AuditEntry> entriesAfter(long revision, int limit) {
        throw noHistory();
    }

    @Override
    public ChainReport verify() {
        throw noHistory();
    }

    private UsageException noHistory() {
        return new UsageException(path + " is a flag file, which has no history; a store has");
    }

    @Override
    public Subscription follow(FollowOptions options, SourceListener listener) {
        throw noHistory();
    }

    @Override
    public void close() {
        // nothing is kept open
    }
}
