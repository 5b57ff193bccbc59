package dev.flags.rollout.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.flags.FlagsException;
import dev.flags.PacedClock;
import dev.flags.admin.FlagAdmin;
import dev.flags.admin.WriteOptions;
import dev.flags.jdbc.JdbcFlagStore;
import dev.flags.model.FlagDefinition;
import dev.flags.model.FlagState;
import dev.flags.model.Percentage;
import dev.flags.model.RolloutRun.State;
import dev.flags.rollout.RolloutPlan;
import dev.flags.rollout.Rollouts;
import dev.flags.servers.PostgresServer;
import dev.flags.store.Actor;
import dev.flags.store.AuditEntry;
import dev.flags.store.FlagStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three controllers as real processes on a real store, which are killed, stopped and cut off at random while a rollout goes on; then the audit
 * log is asked whether it was an honest climb. The short form runs on SQLite at ten times the speed of time. The long one, on PostgreSQL in
 * real time with pauses of a minute: {@code mvn -pl flags-rollout -am test -Dtest=ControllerProcessesTest -Dcontroller.long=true
 * -Dsurefire.failIfNoSpecifiedTests=false}; {@code -Dcontroller.seed=7} repeats one.
 */
class ControllerProcessesTest {
    private static final String KEY = "atomic-projects";
    private static final int CONTROLLERS = 3;
    private static final WriteOptions BECAUSE = WriteOptions.because("a test");

    @TempDir
    Path directory;

    /** A store that can be cut off for a while. */
    private interface Ground extends AutoCloseable {
        String url();

        int pace();

        void pause();

        void resume();

        @Override
        void close();
    }

    @Test
    void aHealthyRolloutIsCompletedAndItsLogIsHonest() {
        try (Ground ground = new Locked(directory.resolve("flags.db"), 10)) {
            new Life(ground, Long.getLong("controller.seed", 11), "10:40s,50:40s,100:40s", Duration.ofSeconds(30))
                    .run(Optional.empty(), 6);
        }
    }

    @Test
    void aRolloutWithAFaultIsRolledBackWhateverHappensToTheControllers() {
        try (Ground ground = new Locked(directory.resolve("flags.db"), 10)) {
            new Life(ground, Long.getLong("controller.seed", 21), "10:40s,50:40s,100:40s", Duration.ofSeconds(30))
                    .run(Optional.of(0.5), 5);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "controller.long", matches = "true", disabledReason = "takes half an hour")
    void inRealTimeWithPausesOfAMinute() {
        long seed = Long.getLong("controller.seed", System.nanoTime());
        System.err.println("seed " + seed);
        try (Ground ground = new Paused()) {
            new Life(ground, seed, "10:2m,50:2m,100:2m", Duration.ofSeconds(60)).run(Optional.empty(), 12);
        }
        try (Ground ground = new Paused()) {
            new Life(ground, seed + 1, "10:2m,50:2m,100:2m", Duration.ofSeconds(60)).run(Optional.of(0.5), 6);
        }
    }

    /** One rollout with everything that happens to it. */
    private static final class Life {
        private final Ground ground;
        private final Random random;
        private final Duration longestPause;
        private final Instant begin = Instant.now();
        private final FlagStore store;
        private final Application application;
        private final List<ControllerProcess> controllers = new ArrayList<>();
        private final List<Instant[]> away = new ArrayList<>();

        /** @param longestPause by the store's clock */
        Life(Ground ground, long seed, String stages, Duration longestPause) {
            this.ground = ground;
            this.random = new Random(seed);
            this.longestPause = longestPause;
            this.store = ControllerProcess.store(ground.url(), begin, ground.pace());
            this.application = new Application(store, KEY, 5);
            Actor ada = new Actor("ada", "", "");
            new FlagAdmin(store, ada).create(FlagDefinition.builder(KEY).build(), BECAUSE);
            new Rollouts(store, ada).start(KEY, RolloutPlan.stages(stages).build(), BECAUSE);
        }

        /** @param fault the share of the treatment's calls that fail from the third act on */
        void run(Optional<Double> fault, int acts) {
            ScheduledExecutorService reporting = Executors.newSingleThreadScheduledExecutor();
            ScheduledFuture<?> reports =
                    reporting.scheduleWithFixedDelay(this::report, 0, 1_000 / ground.pace(), TimeUnit.MILLISECONDS);
            try {
                for (int i = 0; i < CONTROLLERS; i++) {
                    controllers.add(ControllerProcess.start(ground.url(), begin, ground.pace()));
                }
                await().atMost(Duration.ofMinutes(2)).until(() -> percentage().compareTo(Percentage.ZERO) > 0);
                for (int i = 0; i < acts && !state().isFinal(); i++) {
                    if (i == 2) {
                        fault.ifPresent(application::treatmentFails);
                    }
                    act();
                    pass(random(Duration.ofSeconds(5), Duration.ofSeconds(20)));
                }
                await().atMost(Duration.ofMinutes(ground.pace() > 1 ? 2 : 20)).until(() -> state().isFinal());
                check(fault.isPresent());
            } finally {
                reports.cancel(true);
                reporting.shutdownNow();
                controllers.forEach(ControllerProcess::close);
                store.close();
            }
        }

        private void report() {
            try {
                application.report();
            } catch (FlagsException e) {
                // it is cut off too, and reports later
            }
        }

        private void act() {
            int which = random.nextInt(CONTROLLERS);
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    controllers.get(which).kill();
                    controllers.set(which, ControllerProcess.start(ground.url(), begin, ground.pace()));
                }
                case 2 -> {
                    controllers.get(which).stop();
                    pass(random(Duration.ofSeconds(10), longestPause));
                    controllers.get(which).resume();
                }
                default -> {
                    Instant from = store.now();
                    ground.pause();
                    pass(random(Duration.ofSeconds(10), longestPause));
                    ground.resume();
                    away.add(new Instant[] {from, store.now()});
                }
            }
        }

        /** Time of the store's clock goes by: nothing to wait for, it is what happens meanwhile that counts. */
        private void pass(Duration time) {
            Instant until = Instant.now().plus(time.dividedBy(ground.pace()));
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofMinutes(5))
                    .until(() -> Instant.now().isAfter(until));
        }

        private Duration random(Duration least, Duration most) {
            return Duration.ofMillis(random.nextLong(least.toMillis(), most.toMillis() + 1));
        }

        private FlagState flag() {
            return store.flag(KEY);
        }

        private State state() {
            return flag().rollout().orElseThrow().state();
        }

        private Percentage percentage() {
            return flag().definition().orElseThrow().percentage();
        }

        private void check(boolean faulty) {
            List<AuditEntry> entries = new ArrayList<>(store.history(Optional.of(KEY), Long.MAX_VALUE, 1_000));
            java.util.Collections.reverse(entries);
            String log = entries.stream()
                    .map(entry ->
                            "\n" + entry.at() + " " + entry.action() + " " + entry.details() + " " + entry.reason())
                    .toList()
                    .toString();
            assertThat(state()).as(log).isEqualTo(faulty ? State.ROLLED_BACK : State.COMPLETED);
            assertThat(percentage()).isEqualTo(faulty ? Percentage.ZERO : Percentage.FULL);
            int expected = 0;
            Instant raised = null;
            for (AuditEntry entry : entries) {
                boolean advance = entry.action().equals("rollout advance");
                if (advance) {
                    assertThat(stage(entry))
                            .as("no stage is skipped, none is raised twice" + log)
                            .isEqualTo(expected++);
                }
                if (raised != null && (advance || entry.action().equals("rollout complete"))) {
                    Duration bake = Duration.ofSeconds(ground.pace() > 1 ? 40 : 120);
                    assertThat(Duration.parse((String) entry.details().get("observed")))
                            .as(log)
                            .isGreaterThanOrEqualTo(bake);
                    assertThat(Duration.between(raised, entry.at()))
                            .as("what nobody could see counts for no bake" + log)
                            .isGreaterThanOrEqualTo(bake.plus(awayBetween(raised, entry.at())));
                }
                raised = advance ? entry.at() : raised;
            }
            assertThat(entries.stream()
                            .filter(entry -> entry.action().equals("rollout roll back"))
                            .count())
                    .as("rolled back once" + log)
                    .isEqualTo(faulty ? 1 : 0);
            assertThat(store.verify().intact()).isTrue();
        }

        /** How long the store was away, less what may count of a gap. */
        private Duration awayBetween(Instant from, Instant to) {
            Duration sum = Duration.ZERO;
            for (Instant[] gap : away) {
                if (gap[0].isAfter(from) && gap[1].isBefore(to)) {
                    Duration unseen = Duration.between(gap[0], gap[1])
                            .minus(ControllerSettings.DEFAULT.tick().multipliedBy(4));
                    sum = unseen.isNegative() ? sum : sum.plus(unseen);
                }
            }
            return sum;
        }

        private static int stage(AuditEntry entry) {
            Map<?, ?> flag = (Map<?, ?>) entry.after().get(KEY);
            return ((Number) ((Map<?, ?>) flag.get("rollout")).get("stage")).intValue();
        }
    }

    /** An SQLite file at a faster clock; somebody else holds its lock while it is away. */
    private static final class Locked implements Ground {
        private final Path file;
        private final int pace;
        private Connection locking;

        Locked(Path file, int pace) {
            this.file = file;
            this.pace = pace;
            JdbcFlagStore.builder(file, "test")
                    .createIfMissing()
                    .clock(new PacedClock(Instant.now(), pace))
                    .open()
                    .close();
        }

        @Override
        public String url() {
            return "jdbc:sqlite:" + file;
        }

        @Override
        public int pace() {
            return pace;
        }

        @Override
        public void pause() {
            try {
                locking = DriverManager.getConnection(url());
                try (Statement statement = locking.createStatement()) {
                    statement.execute("PRAGMA busy_timeout = 10000");
                    statement.execute("BEGIN IMMEDIATE");
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void resume() {
            close();
        }

        @Override
        public void close() {
            try {
                if (locking != null) {
                    locking.close();
                    locking = null;
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** A PostgreSQL whose processes stand still while it is away. */
    private static final class Paused implements Ground {
        private final PostgresServer server = PostgresServer.start();

        Paused() {
            server.createDatabase("flags");
            dev.flags.jdbc.JdbcMigrations.migrate(url(), Optional.empty(), Optional.empty());
        }

        @Override
        public String url() {
            return server.jdbcUrl("flags") + "?user=" + server.superuser() + "&password=" + server.superuserPassword();
        }

        @Override
        public int pace() {
            return 1;
        }

        @Override
        public void pause() {
            server.pause();
        }

        @Override
        public void resume() {
            server.resume();
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
