package dev.flags.servers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Redis Cluster of three masters and three replicas as processes of this machine, all slots covered. While {@link #awaitFailoverFrom}
 * waits, a master that does not answer for a second and a half is taken to be down, and about a second later its replica is the master.
 * At all other times it is for a minute, so that a busy machine does not replace a master on which a test relies. With
 * {@link Certificates#redisArguments} all of them speak TLS, among each other too.
 *
 * <p>Safe for use by multiple threads, except that two of the methods which hurt or heal must not run at once.
 */
public final class ClusterServers implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16_384;
    private static final int SOON_MILLIS = 1_500;
    private static final int LATE_MILLIS = 60_000;
    private static final Duration STEPPING_BACK = Duration.ofSeconds(7);

    private final List<LocalRedis> nodes;

    private ClusterServers(List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        String password = RedisArguments.password(arguments);
        if (password != null) {
            all.addAll(List.of("--masterauth", password));
        }
        all.addAll(List.of("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf"));
        all.addAll(List.of("--cluster-node-timeout", Integer.toString(SOON_MILLIS)));
        all.addAll(List.of("--cluster-announce-ip", "127.0.0.1", "--repl-ping-replica-period", "1"));
        all.addAll(List.of("--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"));
        if (RedisArguments.isTls(arguments)) {
            all.addAll(List.of("--tls-cluster", "yes", "--tls-replication", "yes"));
        }
        nodes = Stream.generate(() -> new LocalRedis(all)).limit(2 * MASTERS).toList();
        try {
            // as if they had met long ago: meeting takes seconds
            nodes.forEach(node -> node.write("nodes.conf", knowledgeOf(node)));
            nodes.forEach(LocalRedis::spawn);
            nodes.forEach(LocalRedis::awaitAnswer);
            nodes.forEach(node ->
                    Answers.await("the cluster's node " + node, () -> isOk(node) && knowsPorts(node), () -> {}));
            nodes.subList(MASTERS, nodes.size())
                    .forEach(node -> Answers.await("the replica " + node, () -> node.isInStep(), () -> {}));
            downAfter(LATE_MILLIS);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        Said.once("Redis Cluster is local processes, " + nodes.get(0).kind() + ": 3 masters, 3 replicas");
    }

    /**
     * Starts them, and returns when all slots are covered and the replicas are in step.
     *
     * @param redisArguments for every node, as on the command line of {@code redis-server}
     */
    public static ClusterServers start(String... redisArguments) {
        return PortTaken.tryingOthers(() -> new ClusterServers(List.of(redisArguments)));
    }

    private String knowledgeOf(LocalRedis self) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < nodes.size(); i++) {
            LocalRedis node = nodes.get(i);
            int owner = i % MASTERS;
            String address = "%s@%d".formatted(node.peerAddress(), node.peerPort() + 10_000);
            String myself = node == self ? "myself," : "";
            text.append(
                    i < MASTERS
                            ? "%s %s %smaster - 0 0 %d connected %d-%d\n"
                                    .formatted(
                                            id(node),
                                            address,
                                            myself,
                                            i + 1,
                                            SLOTS * i / MASTERS,
                                            SLOTS * (i + 1) / MASTERS - 1)
                            : "%s %s %sslave %s 0 0 %d connected\n"
                                    .formatted(id(node), address, myself, id(nodes.get(owner)), owner + 1));
        }
        return text + "vars currentEpoch " + MASTERS + " lastVoteEpoch 0\n";
    }

    private static String id(LocalRedis node) {
        return "%040x".formatted(node.port());
    }

    private static boolean isOk(LocalRedis node) {
        return String.valueOf(node.call("CLUSTER", "INFO")).contains("cluster_state:ok");
    }

    /** Whether it can tell those who ask without TLS where the others are; a file of nodes has no room for a second port. */
    private static boolean knowsPorts(LocalRedis node) {
        return !String.valueOf(node.call("CLUSTER", "SLOTS")).contains("127.0.0.1, 0,");
    }

    /** {@return all nodes, each as {@code host:port}; the port is the one with TLS where they speak it} */
    public List<String> nodes() {
        return nodes.stream().map(LocalRedis::peerAddress).toList();
    }

    /** {@return all nodes as servers, to be hurt} */
    public List<RedisServer> servers() {
        return List.copyOf(nodes);
    }

    /** {@return the master that owns a key's slot now, in the eyes of a running node} */
    public RedisServer masterOf(String key) {
        return ownersOf(key).get(0);
    }

    /** {@return the first replica of the master that owns a key's slot now} */
    public RedisServer replicaOf(String key) {
        return ownersOf(key).get(1);
    }

    /** The master, then its replicas. */
    private List<RedisServer> ownersOf(String key) {
        LocalRedis asked = nodes.stream()
                .filter(LocalRedis::isAwake)
                .filter(ClusterServers::isOk)
                .findFirst()
                .orElseThrow();
        long slot = (Long) Objects.requireNonNull(asked.call("CLUSTER", "KEYSLOT", key));
        for (Object range : (List<?>) Objects.requireNonNull(asked.call("CLUSTER", "SLOTS"))) {
            List<?> fields = (List<?>) range;
            if (slot >= (Long) fields.get(0) && slot <= (Long) fields.get(1)) {
                return IntStream.range(2, fields.size())
                        .mapToObj(i -> (List<?>) fields.get(i))
                        .map(owner -> withPort((Long) owner.get(1)))
                        .toList();
            }
        }
        throw new IllegalStateException("slot " + slot + " is not covered");
    }

    private RedisServer withPort(long port) {
        return nodes.stream().filter(node -> isAt(node, port)).findFirst().orElseThrow();
    }

    private static boolean isAt(RedisServer node, long port) {
        return node.port() == port || node.tlsPort().orElse(node.port()) == port;
    }

    /**
     * Waits until another node owns a key's slot in the eyes of all running nodes.
     *
     * @param old the master that was killed, paused or cut off
     * @return the new one
     */
    public RedisServer awaitFailoverFrom(RedisServer old, String key) {
        downAfter(SOON_MILLIS);
        long[] asked = {System.nanoTime()};
        Answers.await(
                "the failover from " + old,
                () -> {
                    boolean over = nodes.stream()
                            .filter(node -> node != old)
                            .filter(LocalRedis::isAwake)
                            .allMatch(node -> isOk(node) && !owns(node, old));
                    if (!over && isAwake(old) && System.nanoTime() - asked[0] > STEPPING_BACK.toNanos()) {
                        // it was asked to step back, and a busy machine has used up the five seconds that nodes try for
                        asked[0] = System.nanoTime();
                        replicaOf(key).call("CLUSTER", "FAILOVER");
                    }
                    return over;
                },
                () -> {});
        downAfter(LATE_MILLIS);
        return masterOf(key);
    }

    /**
     * Has the replica of a key's master take its place, without an outage and without a loss.
     *
     * @return the new master
     */
    public RedisServer failOver(String key) {
        RedisServer old = masterOf(key);
        awaitInStep(key);
        replicaOf(key).call("CLUSTER", "FAILOVER");
        return awaitFailoverFrom(old, key);
    }

    private void downAfter(int millis) {
        nodes.stream()
                .filter(LocalRedis::isAwake)
                .forEach(node -> node.call("CONFIG", "SET", "cluster-node-timeout", Integer.toString(millis)));
    }

    /**
     * Waits until every node that is awake is content, and the replicas of a key's master have all that it has sent until now: it may
     * be killed then or asked to step back, and nothing is lost.
     */
    public void awaitInStep(String key) {
        nodes.stream()
                .filter(LocalRedis::isAwake)
                .forEach(node -> Answers.await("the cluster's node " + node, () -> isOk(node), () -> {}));
        LocalRedis master = (LocalRedis) masterOf(key);
        long sent = master.replicated();
        Answers.await(
                "the replica of " + master,
                () -> {
                    LocalRedis replica = (LocalRedis) replicaOf(key);
                    return replica.isReplicaOf(master) && replica.isInStep() && replica.replicated() >= sent;
                },
                () -> {});
    }

    private static boolean isAwake(RedisServer server) {
        return ((LocalRedis) server).isAwake();
    }

    private static boolean owns(LocalRedis asked, RedisServer suspected) {
        return ((List<?>) Objects.requireNonNull(asked.call("CLUSTER", "SLOTS")))
                .stream()
                        .map(range -> (List<?>) ((List<?>) range).get(2))
                        .anyMatch(owner -> isAt(suspected, (Long) owner.get(1)));
    }

    @Override
    public void close() {
        nodes.forEach(LocalRedis::close);
    }
}
