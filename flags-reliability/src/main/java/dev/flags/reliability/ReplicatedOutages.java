package dev.flags.reliability;

import dev.flags.FlagsStatus.State;
import dev.flags.servers.RedisServer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** What happens to a Redis with replicas. */
final class ReplicatedOutages {

    private ReplicatedOutages() {}

    static List<Outage<ReplicatedTarget>> all() {
        AtomicReference<RedisServer> old = new AtomicReference<>();
        return List.of(
                Outage.of(
                        "failover to a replica",
                        State.STALE,
                        (redis, scene) -> {
                            scene.kill(Scene.SOON_KILLED);
                            old.set(redis.master(scene));
                            old.get().kill();
                        },
                        (redis, scene) -> redis.awaitFailoverFrom(old.get())),
                Outage.<ReplicatedTarget>of(
                                "master hung (SIGSTOP), failover",
                                State.STALE,
                                (redis, scene) -> {
                                    old.set(redis.master(scene));
                                    old.get().pause();
                                },
                                (redis, scene) -> redis.awaitFailoverFrom(old.get()))
                        .rightWithin(Outage.HUNG),
                Outage.of(
                        "failover that lost the last commits, a kill among them",
                        State.REWOUND,
                        (redis, scene) -> {
                            old.set(redis.master(scene));
                            ReplicatedTarget.cutReplication(old.get());
                            scene.kill(Scene.SOON_KILLED);
                            old.get().kill();
                            redis.awaitFailoverFrom(old.get());
                        },
                        (redis, scene) -> scene.kill(Scene.SOON_KILLED)));
    }
}
