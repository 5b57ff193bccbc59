package dev.flags.reliability;

import dev.flags.Flags;
import dev.flags.FlagsException;
import dev.flags.FlagsStatus.State;
import dev.flags.StartupPolicy;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.KillScope;
import dev.flags.admin.WriteOptions;
import dev.flags.admin.WriteOutcome;
import dev.flags.model.FlagDefinition;
import dev.flags.model.Percentage;
import dev.flags.source.MemorySource;
import dev.flags.store.Actor;
import dev.flags.store.FlagStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** An application with its flags, an administrator, and what an outage's acts do in their names. */
final class Scene implements AutoCloseable {

    static final String ON = "on";
    static final String HALF = "half";
    static final String KILLED = "killed";
    static final String SOON_KILLED = "soon-killed";
    static final String LATER = "later";

    /** Waits are bounded so that a broken store fails a run; the goals are far below. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final WriteOptions AGREED =
            WriteOptions.because("reliability").asConfirmed();

    private final Target target;
    private final String environment;
    private final Path directory;
    private final FlagStore store;
    private final FlagAdmin admin;
    private final AtomicReference<Duration> clockOffset = new AtomicReference<>(Duration.ZERO);
    private final List<Flags> instances = new ArrayList<>();
    private final Flags flags;
    private final MemorySource undisturbed = new MemorySource("undisturbed");
    private final Flags control;
    private @Nullable Load load;

    Scene(Target target, String environment, Path directory) {
        this.target = target;
        this.environment = environment;
        this.directory = directory;
        this.store = target.administrator(environment);
        this.admin = admin(store);
        for (String key : List.of(ON, KILLED, SOON_KILLED, LATER)) {
            create(key, Percentage.of(key.equals(LATER) ? 0 : 100));
        }
        create(HALF, Percentage.of(50));
        done(admin.kill(new KillScope.Keys(List.of(KILLED)), AGREED));
        undisturbed.kill(KILLED, "reliability");
        this.control = Flags.builder()
                .environment(environment + "-control")
                .layer(undisturbed)
                .build();
        this.flags = start(directory.resolve("instance"));
        await("the instance is ready", () -> flags.status().state() == State.READY);
    }

    private void create(String key, Percentage percentage) {
        FlagDefinition definition =
                FlagDefinition.builder(key).percentage(percentage).build();
        done(admin.create(definition, AGREED));
        undisturbed.set(definition);
    }

    private static FlagAdmin admin(FlagStore store) {
        return new FlagAdmin(store, Actor.local("operator"));
    }

    /** The instance under observation. */
    Flags flags() {
        return flags;
    }

    /** The same flags in memory, which no outage reaches. */
    Flags control() {
        return control;
    }

    /** Flags that are killed from now on are held to that. */
    void protect(Load running) {
        load = running;
    }

    String environment() {
        return environment;
    }

    FlagAdmin admin() {
        return admin;
    }

    /** Starts one more instance with nothing saved. */
    Flags start(Path snapshots) {
        // the name is for the log alone: what further instances say is not the observed one's
        String loggedAs = instances.isEmpty() ? environment : environment + "-" + instances.size();
        Flags started = Flags.builder()
                .environment(loggedAs)
                .layer(target.open(environment))
                .snapshotDirectory(snapshots)
                .startup(StartupPolicy.dontWait())
                .clock(new OffsetClock(clockOffset))
                .build();
        instances.add(started);
        return started;
    }

    /** Starts so many further instances and waits until they are ready. */
    void startCrowd(int size) {
        measure(Load.Phase.NOTHING);
        for (int i = 0; i < size; i++) {
            start(directory.resolve("crowd-" + i));
        }
        await("the crowd is ready", this::allReady);
        measure(Load.Phase.DURING);
    }

    private void measure(Load.Phase phase) {
        if (load != null) {
            load.enter(phase);
        }
    }

    boolean allReady() {
        return instances.stream().allMatch(instance -> instance.status().state() == State.READY);
    }

    /** A further instance that starts now with nothing saved shows this, and is gone again. */
    void newcomerShows(State state) {
        Flags newcomer = start(directory.resolve("newcomer-" + instances.size()));
        await("a newcomer shows " + state, () -> newcomer.status().state() == state);
        newcomer.close();
        instances.remove(newcomer);
    }

    /** Kills a flag and waits until the instance serves that. */
    void kill(String key) {
        done(admin.kill(new KillScope.Keys(List.of(key), true), AGREED));
        await(key + " is off", () -> !flags.isEnabled(key, "user", true));
        undisturbed.kill(key, "reliability");
        if (load != null) {
            load.mustStayOff(key);
        }
    }

    /** An administrator's write is refused with an exception that says why, and not a word of it is served. */
    void writeIsRefused() {
        try {
            done(admin.setPercentage(LATER, Percentage.FULL, AGREED));
        } catch (FlagsException e) {
            check(!String.valueOf(e.getMessage()).isBlank(), "the refusal says nothing");
            check(!flags.isEnabled(LATER, "user", false), "what was refused is served");
            return;
        }
        throw new IllegalStateException("the store took the write");
    }

    /** Writes over the application's own line, which may break in the middle; what came of it is known afterwards. */
    void writeOverTheLine() {
        try (FlagStore own = target.open(environment)) {
            done(admin(own).setPercentage(LATER, Percentage.of(1), AGREED));
        } catch (FlagsException e) {
            check(!String.valueOf(e.getMessage()).isBlank(), "the failure says nothing");
        }
        check(store.verify().intact(), "the audit chain is broken");
    }

    /** Puts the environment back from what the instance has saved. */
    void restore() throws IOException {
        done(admin.restore(savedSnapshot(), false, AGREED));
    }

    /** Waits until there is a saved snapshot at the revision that is served, without which nothing can be restored. */
    Path savedSnapshot() throws IOException {
        Path saved = directory.resolve("instance");
        await(
                "a snapshot is saved",
                () -> Files.isDirectory(saved) && !files(saved).isEmpty());
        return files(saved).get(0);
    }

    private static List<Path> files(Path in) {
        try (Stream<Path> found = Files.list(in)) {
            return found.filter(file -> file.toString().endsWith(".json")).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Turns the process' clock. */
    void turnClock(Duration by) {
        clockOffset.set(by);
    }

    /** A commit after it all is served. */
    void commitIsServed() {
        Awaitility.await("a commit is taken")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(FlagsException.class)
                .until(() -> {
                    done(admin.setPercentage(LATER, Percentage.FULL, AGREED));
                    return true;
                });
        await("a commit is served", () -> flags.isEnabled(LATER, "user", false));
        check(store.verify().intact(), "the audit chain is broken");
    }

    static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(2))
                .until(condition::getAsBoolean);
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    private static void done(WriteOutcome outcome) {
        check(outcome instanceof WriteOutcome.Done, "not done: " + outcome);
    }

    @Override
    public void close() {
        instances.forEach(Flags::close);
        control.close();
        store.close();
    }

    /** The system's clock, and so much. */
    private static final class OffsetClock extends Clock {
        private final AtomicReference<Duration> offset;
        private final InstantSource system = InstantSource.system();

        OffsetClock(AtomicReference<Duration> offset) {
            this.offset = offset;
        }

        @Override
        public Instant instant() {
            return system.instant().plus(offset.get());
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
