package dev.flags.reliability;

import dev.flags.FlagsStatus.State;
import java.time.Duration;
import java.util.List;

/** What happens to one Redis. */
final class RedisOutages {

    private static final int CROWD = 29;

    private RedisOutages() {}

    static List<Outage<RedisTarget>> all() {
        return List.of(
                Outage.of(
                        "refused",
                        State.STALE,
                        (redis, scene) -> redis.server().kill(),
                        (redis, scene) -> redis.server().restart()),
                Outage.<RedisTarget>of(
                                "hung (SIGSTOP)",
                                State.STALE,
                                (redis, scene) -> redis.server().pause(),
                                (redis, scene) -> redis.server().resume())
                        .rightWithin(Outage.HUNG),
                Outage.of(
                        "slow: 300 ms each way",
                        State.READY,
                        (redis, scene) -> redis.line().delay(Duration.ofMillis(300)),
                        (redis, scene) -> redis.line().flow()),
                Outage.<RedisTarget>of(
                                "slower than the time-out",
                                State.STALE,
                                (redis, scene) -> redis.line().delay(Duration.ofSeconds(4)),
                                (redis, scene) -> redis.line().flow())
                        .rightWithin(Outage.HUNG),
                Outage.<RedisTarget>of(
                                "network cut without a reset",
                                State.STALE,
                                (redis, scene) -> redis.line().stall(),
                                (redis, scene) -> redis.line().flow())
                        .rightWithin(Outage.HUNG),
                Outage.<RedisTarget>of(
                                "connections forgotten by a firewall",
                                State.STALE,
                                (redis, scene) -> redis.line().forget(),
                                (redis, scene) -> {})
                        .rightWithin(Outage.HUNG),
                Outage.of(
                        "dropped mid-commit, after the server acted",
                        State.READY,
                        (redis, scene) -> {
                            redis.line().resetOn("EVAL", true);
                            scene.writeOverTheLine();
                        },
                        (redis, scene) -> {}),
                Outage.of(
                        "dropped mid-commit, before the server acted",
                        State.READY,
                        (redis, scene) -> {
                            redis.line().resetOn("EVAL", false);
                            scene.writeOverTheLine();
                        },
                        (redis, scene) -> {}),
                Outage.<RedisTarget>of(
                                "restarted empty",
                                State.WIPED,
                                (redis, scene) -> redis.server().restartEmpty(),
                                (redis, scene) -> scene.restore())
                        .meanwhile((redis, scene) -> scene.kill(Scene.SOON_KILLED)),
                Outage.<RedisTarget>of(
                                "FLUSHALL",
                                State.WIPED,
                                (redis, scene) -> redis.server().call("FLUSHALL"),
                                (redis, scene) -> scene.restore())
                        .meanwhile((redis, scene) -> scene.kill(Scene.SOON_KILLED)),
                Outage.<RedisTarget>of(
                                "eviction of one key (flags)",
                                State.WIPED,
                                (redis, scene) -> redis.evict(scene, "flags"),
                                (redis, scene) -> scene.restore())
                        .meanwhile((redis, scene) -> scene.newcomerShows(State.WIPED)),
                Outage.<RedisTarget>of(
                                "eviction of one key (kills)",
                                State.WIPED,
                                (redis, scene) -> redis.evict(scene, "kills"),
                                (redis, scene) -> scene.restore())
                        .meanwhile((redis, scene) -> scene.newcomerShows(State.WIPED)),
                Outage.<RedisTarget>of(
                                "meta lost, log kept",
                                State.READY,
                                (redis, scene) -> redis.evict(scene, "meta"),
                                (redis, scene) -> scene.commitIsServed())
                        .meanwhile((redis, scene) -> scene.newcomerShows(State.READY)),
                Outage.<RedisTarget>of(
                                "disk full on write (MISCONF)",
                                State.READY,
                                (redis, scene) -> {
                                    redis.server().call("CONFIG", "SET", "dir", "/proc");
                                    // it must not begin to save by itself, or BGSAVE is refused
                                    redis.server().call("CONFIG", "SET", "save", "3600 1000000");
                                    redis.server().call("BGSAVE");
                                    Scene.await(
                                            "saving fails",
                                            () -> String.valueOf(redis.server().call("INFO", "persistence"))
                                                    .contains("rdb_last_bgsave_status:err"));
                                },
                                (redis, scene) -> redis.server().call("CONFIG", "SET", "save", ""))
                        .meanwhile((redis, scene) -> scene.writeIsRefused()),
                Outage.<RedisTarget>of(
                                "read-only replica on write",
                                State.READY,
                                (redis, scene) -> redis.server().call("REPLICAOF", "127.0.0.1", "1"),
                                (redis, scene) -> redis.server().call("REPLICAOF", "NO", "ONE"))
                        .meanwhile((redis, scene) -> scene.writeIsRefused()),
                Outage.<RedisTarget>of(
                                "wrong password",
                                State.STALE,
                                (redis, scene) -> redis.login("resetpass", ">second"),
                                (redis, scene) -> redis.login("resetpass", ">first"))
                        .rightWithin(Outage.REFUSED),
                Outage.<RedisTarget>of(
                                "credentials expired and renewed",
                                State.STALE,
                                (redis, scene) -> redis.login("resetpass", ">second"),
                                (redis, scene) -> redis.applicationPassword("second"))
                        .rightWithin(Outage.REFUSED),
                Outage.<RedisTarget>of(
                                "permission denied",
                                State.STALE,
                                (redis, scene) -> redis.login("-@all", "+ping"),
                                (redis, scene) -> redis.login("+@all"))
                        .rightWithin(Outage.REFUSED),
                Outage.<RedisTarget>of(
                                "clock jumps two days ahead",
                                State.READY,
                                (redis, scene) -> scene.turnClock(Duration.ofDays(2)),
                                (redis, scene) -> scene.turnClock(Duration.ofDays(-2)))
                        .meanwhile((redis, scene) -> scene.kill(Scene.SOON_KILLED)),
                Outage.of(
                        "30 instances reconnect at once",
                        State.STALE,
                        (redis, scene) -> {
                            scene.startCrowd(CROWD);
                            redis.server().kill();
                        },
                        (redis, scene) -> redis.server().restart()));
    }
}
