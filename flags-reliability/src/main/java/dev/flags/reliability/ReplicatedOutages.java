package dev.flags.reliability;

import dev.flags.FlagsStatus.State;
import dev.flags.servers.RedisServer;
import java.util.List;

/** What happens to a Redis with replicas. */
final class ReplicatedOutages {

    private ReplicatedOutages() {}

    static List<Outage<ReplicatedTarget>> all() {
        return List.of(
                Outage.of(
                        "failover to a replica",
                        State.STALE,
                        (redis, scene) -> {
                            scene.kill(Scene.SOON_KILLED);
                            redis.master(scene).kill();
                        },
                        (redis, scene) -> redis.awaitFailover()),
                Outage.<ReplicatedTarget>of(
                                "master hung (SIGSTOP), failover",
                                State.STALE,
                                (redis, scene) -> redis.master(scene).pause(),
                                (redis, scene) -> redis.awaitFailover())
                        .rightWithin(Outage.HUNG),
                Outage.of(
                        "failover that lost the last commits, a kill among them",
                        State.REWOUND,
                        (redis, scene) -> {
                            RedisServer master = redis.master(scene);
                            ReplicatedTarget.cutReplication(master);
                            scene.kill(Scene.SOON_KILLED);
                            master.kill();
                            redis.awaitFailover();
                        },
                        (redis, scene) -> scene.kill(Scene.SOON_KILLED)));
    }
}
