package dev.flags.reliability;

import dev.flags.FlagsStatus.State;
import java.time.Duration;
import java.util.List;

/** What happens to one PostgreSQL. */
final class PostgresOutages {

    private static final int CROWD = 29;

    private PostgresOutages() {}

    static List<Outage<PostgresTarget>> all() {
        return List.of(
                Outage.of(
                        "refused",
                        State.STALE,
                        (postgres, scene) -> postgres.server().kill(),
                        (postgres, scene) -> postgres.server().restart()),
                Outage.<PostgresTarget>of(
                                "hung (SIGSTOP)",
                                State.STALE,
                                (postgres, scene) -> postgres.server().pause(),
                                (postgres, scene) -> postgres.server().resume())
                        .rightWithin(Outage.HUNG),
                Outage.of(
                        "slow: 300 ms each way",
                        State.READY,
                        (postgres, scene) -> postgres.line().delay(Duration.ofMillis(300)),
                        (postgres, scene) -> postgres.line().flow()),
                Outage.<PostgresTarget>of(
                                "network cut without a reset",
                                State.STALE,
                                (postgres, scene) -> postgres.line().stall(),
                                (postgres, scene) -> postgres.line().flow())
                        .rightWithin(Outage.HUNG),
                Outage.<PostgresTarget>of(
                                "connections forgotten by a firewall",
                                State.STALE,
                                (postgres, scene) -> postgres.line().forget(),
                                (postgres, scene) -> {})
                        .rightWithin(Outage.HUNG),
                Outage.of(
                        "dropped mid-commit, after the server acted",
                        State.READY,
                        (postgres, scene) -> {
                            postgres.line().resetOn("COMMIT", true);
                            scene.writeOverTheLine();
                        },
                        (postgres, scene) -> {}),
                Outage.of(
                        "dropped mid-commit, before the server acted",
                        State.READY,
                        (postgres, scene) -> {
                            postgres.line().resetOn("COMMIT", false);
                            scene.writeOverTheLine();
                        },
                        (postgres, scene) -> {}),
                Outage.<PostgresTarget>of(
                                "all tables empty",
                                State.WIPED,
                                (postgres, scene) -> postgres.empty(),
                                (postgres, scene) -> scene.restore())
                        .meanwhile((postgres, scene) -> scene.kill(Scene.SOON_KILLED)),
                Outage.of(
                        "an older backup is put back, a kill is lost with it",
                        State.REWOUND,
                        (postgres, scene) -> {
                            postgres.backUp();
                            scene.kill(Scene.SOON_KILLED);
                            postgres.putBack();
                        },
                        (postgres, scene) -> scene.kill(Scene.SOON_KILLED)),
                Outage.<PostgresTarget>of(
                                "environment's row lost, log kept",
                                State.READY,
                                (postgres, scene) -> postgres.server().execute("DELETE FROM flags_environment"),
                                (postgres, scene) -> scene.commitIsServed())
                        .meanwhile((postgres, scene) -> scene.newcomerShows(State.READY)),
                Outage.<PostgresTarget>of(
                                "rows of all flags lost",
                                State.READY,
                                (postgres, scene) -> postgres.server().execute("DELETE FROM flags_flag"),
                                (postgres, scene) -> scene.restore())
                        .meanwhile((postgres, scene) -> scene.newcomerShows(State.WIPED)),
                Outage.<PostgresTarget>of(
                                "read-only server on write",
                                State.READY,
                                (postgres, scene) -> postgres.readOnly(true),
                                (postgres, scene) -> postgres.readOnly(false))
                        .meanwhile((postgres, scene) -> scene.writeIsRefused()),
                Outage.<PostgresTarget>of(
                                "wrong password",
                                State.STALE,
                                (postgres, scene) -> postgres.serverPassword("second"),
                                (postgres, scene) -> postgres.serverPassword("first"))
                        .rightWithin(Outage.REFUSED),
                Outage.<PostgresTarget>of(
                                "credentials expired and renewed",
                                State.STALE,
                                (postgres, scene) -> postgres.serverPassword("second"),
                                (postgres, scene) -> postgres.applicationPassword("second"))
                        .rightWithin(Outage.REFUSED),
                Outage.<PostgresTarget>of(
                                "permission denied",
                                State.STALE,
                                (postgres, scene) -> postgres.revoke(),
                                (postgres, scene) -> postgres.grant())
                        .rightWithin(Outage.REFUSED),
                Outage.<PostgresTarget>of(
                                "clock jumps two days ahead",
                                State.READY,
                                (postgres, scene) -> scene.turnClock(Duration.ofDays(2)),
                                (postgres, scene) -> scene.turnClock(Duration.ofDays(-2)))
                        .meanwhile((postgres, scene) -> scene.kill(Scene.SOON_KILLED)),
                Outage.of(
                        "30 instances reconnect at once",
                        State.STALE,
                        (postgres, scene) -> {
                            scene.startCrowd(CROWD);
                            postgres.server().kill();
                        },
                        (postgres, scene) -> postgres.server().restart()));
    }
}
