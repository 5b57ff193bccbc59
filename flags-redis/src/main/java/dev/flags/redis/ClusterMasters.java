package dev.flags.redis;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Asks the nodes of a Cluster who serves a slot: those that were heard of last, then those of the address. Whoever serves it no
 * longer answers {@code MOVED}, so a stale answer shows itself.
 */
final class ClusterMasters implements Masters {
    private static final int MASTER = 2;

    private final List<HostAndPort> seeds;
    private final int slot;
    private final Function<HostAndPort, Connection> connector;
    private volatile List<HostAndPort> heardOf = List.of();

    /** @param tag what is hashed: the braces of the keys */
    ClusterMasters(List<HostAndPort> seeds, String tag, Function<HostAndPort, Connection> connector) {
        this.seeds = List.copyOf(seeds);
        this.slot = JedisClusterCRC16.getSlot(tag);
        this.connector = connector;
    }

    @Override
    public HostAndPort find() {
        for (Range range : ranges()) {
            if (range.first <= slot && slot <= range.last) {
                return range.master;
            }
        }
        throw new UnreachableException("no node of the Cluster serves slot " + slot, null);
    }

    @Override
    public List<HostAndPort> findAll() {
        return ranges().stream().map(range -> range.master).distinct().toList();
    }

    @Override
    public boolean canMove() {
        return true;
    }

    private List<Range> ranges() {
        Set<HostAndPort> nodes = new LinkedHashSet<>(heardOf);
        nodes.addAll(seeds);
        Unanswered unanswered = new Unanswered();
        for (HostAndPort node : nodes) {
            try (Connection connection = connector.apply(node)) {
                connection.sendCommand(Protocol.Command.CLUSTER, "SLOTS");
                List<Range> ranges = new ArrayList<>();
                Set<HostAndPort> heard = new LinkedHashSet<>();
                for (Object reply : connection.getObjectMultiBulkReply()) {
                    List<?> range = (List<?>) reply;
                    HostAndPort master = node(range.get(MASTER), node);
                    ranges.add(new Range((Long) range.get(0), (Long) range.get(1), master));
                    heard.add(master);
                    for (int i = MASTER + 1; i < range.size(); i++) {
                        heard.add(node(range.get(i), node));
                    }
                }
                heardOf = inOrderOfAnswering(node, heard);
                return ranges;
            } catch (JedisException e) {
                unanswered.add(node, e);
            }
        }
        throw unanswered.exception("no node of the Cluster answers");
    }

    private static List<HostAndPort> inOrderOfAnswering(HostAndPort answered, Collection<HostAndPort> others) {
        Set<HostAndPort> nodes = new LinkedHashSet<>();
        nodes.add(answered);
        nodes.addAll(others);
        return List.copyOf(nodes);
    }

    /** A node that does not know its own address leaves it empty; it is where the answer came from. */
    private static HostAndPort node(Object reply, HostAndPort answered) {
        List<?> parts = (List<?>) reply;
        String host = parts.get(0) instanceof byte[] bytes ? SafeEncoder.encode(bytes) : "";
        return new HostAndPort(
                host.isEmpty() || host.equals("?") ? answered.getHost() : host, ((Long) parts.get(1)).intValue());
    }

    private record Range(long first, long last, HostAndPort master) {}
}
