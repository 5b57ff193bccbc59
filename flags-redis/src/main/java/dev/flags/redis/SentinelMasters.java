package dev.flags.redis;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import redis.clients.jedis.BuilderFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.SafeEncoder;

/**
 * Asks the sentinels who the master is, one after the other until one answers, each time anew: the protocol that Redis documents for
 * clients. Nothing is subscribed to and nothing runs in the background. A sentinel that hears of a failover late may name the old
 * master, so each new connection is asked for its role.
 */
final class SentinelMasters implements Masters {
    private final String name;
    private final Optional<RedisLogin> login;
    private final Function<HostAndPort, Connection> connector;
    /** One that has answered stands first, one that has not last. */
    private final CopyOnWriteArrayList<HostAndPort> sentinels;

    /** @param login whom the connector logs in as, for messages */
    SentinelMasters(
            List<HostAndPort> sentinels,
            String name,
            Optional<RedisLogin> login,
            Function<HostAndPort, Connection> connector) {
        this.sentinels = new CopyOnWriteArrayList<>(sentinels);
        this.name = name;
        this.login = login;
        this.connector = connector;
    }

    @Override
    public HostAndPort find() {
        Unanswered unanswered = new Unanswered();
        boolean unknown = false;
        for (HostAndPort sentinel : sentinels) {
            try (Connection connection = connector.apply(sentinel)) {
                connection.sendCommand(Protocol.Command.SENTINEL, "GET-MASTER-ADDR-BY-NAME", name);
                Object reply = connection.getOne();
                if (reply != null) {
                    List<String> address = BuilderFactory.STRING_LIST.build(reply);
                    return new HostAndPort(address.get(0), Integer.parseInt(address.get(1)));
                }
                unknown = true;
            } catch (JedisException e) {
                unanswered.add(sentinel, e);
            }
            last(sentinel);
        }
        if (unknown) {
            throw new UnreachableException("the sentinels know no master named '" + name + "'", null);
        }
        throw unanswered
                .refusal()
                .<JedisException>map(said -> new SentinelRefusal(login, said, unanswered.each()))
                .orElseGet(() -> unanswered.exception("no sentinel answers"));
    }

    private void last(HostAndPort sentinel) {
        if (sentinels.remove(sentinel)) {
            sentinels.add(sentinel);
        }
    }

    @Override
    public List<HostAndPort> findAll() {
        return List.of(find());
    }

    @Override
    public boolean canMove() {
        return true;
    }

    @Override
    public void verify(Connection connection) {
        connection.sendCommand(Protocol.Command.ROLE);
        String role =
                SafeEncoder.encode((byte[]) connection.getObjectMultiBulkReply().get(0));
        if (!role.equals("master")) {
            throw new UnreachableException(
                    RedisUrl.text(connection.getHostAndPort()) + " is a " + role
                            + " and not yet, or no longer, the master '" + name + "'",
                    null);
        }
    }
}
