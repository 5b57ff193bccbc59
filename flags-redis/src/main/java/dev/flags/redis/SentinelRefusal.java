package dev.flags.redis;

import java.util.Optional;
import redis.clients.jedis.exceptions.JedisAccessControlException;

/** That no sentinel lets this client ask; the message says what to set, because it is not the login of the servers. */
final class SentinelRefusal extends JedisAccessControlException {
    private static final long serialVersionUID = 1L;

    /**
     * What is to be told.
     *
     * @param login with what they were asked
     * @param said one sentinel's refusal
     * @param each what each sentinel said, in brackets and with a space before
     */
    SentinelRefusal(Optional<RedisLogin> login, JedisAccessControlException said, String each) {
        super(text(login, String.valueOf(said.getMessage()), each), said);
    }

    private static String text(Optional<RedisLogin> login, String said, String each) {
        String what = login.isEmpty() && said.startsWith("NOAUTH")
                ? "the sentinels ask for a login"
                : "the sentinels refuse " + RedisLogin.text(login.flatMap(RedisLogin::user));
        return what + each
                + ", so nobody says which server is the master. Their login is not that of the servers: set "
                + RedisLogin.SENTINEL_PASSWORD_VARIABLE + ", for a user of their own also "
                + RedisLogin.SENTINEL_USER_VARIABLE + ", or sentinelCredentials in the builder";
    }
}
