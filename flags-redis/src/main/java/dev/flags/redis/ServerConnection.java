package dev.flags.redis;

import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A connection that knows which answers make it useless: that this server is not the master of the key (any more), that the
 * login is not valid any more. It counts as broken then, so that the next one is made anew: to the master of that time, with
 * the credentials of that time. Confined to one thread, except that any thread may disconnect it.
 */
final class ServerConnection extends Connection {
    private static final List<String> USELESS_AFTER = List.of("MOVED ", "READONLY ", "UNBLOCKED ", "NOAUTH ");

    /** False while the constructor names the connection, whose refusal Jedis takes no notice of: the first command is to hear it. */
    private boolean made;

    private ServerConnection(HostAndPort server, JedisClientConfig config) {
        super(server, config);
    }

    /** Connects and logs in. */
    static Connection to(HostAndPort server, JedisClientConfig config) {
        try {
            ServerConnection connection = new ServerConnection(server, config);
            connection.made = true;
            return connection;
        } catch (JedisConnectionException e) {
            throw config.getSslOptions() == null ? TlsFailures.suspected(server, e) : TlsFailures.explained(server, e);
        }
    }

    /** Whether an answer says that another connection would get a better one. */
    static boolean isUselessAfter(JedisDataException answer) {
        String message = String.valueOf(answer.getMessage());
        return USELESS_AFTER.stream().anyMatch(message::startsWith);
    }

    @Override
    protected Object readProtocolWithCheckingBroken() {
        try {
            return super.readProtocolWithCheckingBroken();
        } catch (JedisDataException e) {
            if (made && isUselessAfter(e)) {
                setBroken();
            }
            throw e;
        }
    }
}
