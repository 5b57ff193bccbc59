package dev.flags.redis;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultRedisCredentials;
import redis.clients.jedis.RedisCredentials;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Whom connections log in as; asked for each new one, so that rotated credentials need no restart. Safe for use by multiple threads. */
final class RedisLogin implements Supplier<RedisCredentials> {
    static final String USER_VARIABLE = "FLAGS_REDIS_USER";
    static final String PASSWORD_VARIABLE = "FLAGS_REDIS_PASSWORD";
    static final String SENTINEL_USER_VARIABLE = "FLAGS_REDIS_SENTINEL_USER";
    static final String SENTINEL_PASSWORD_VARIABLE = "FLAGS_REDIS_SENTINEL_PASSWORD";

    private final Supplier<RedisCredentials> source;
    private volatile Optional<String> user;

    private RedisLogin(Optional<String> user, Supplier<RedisCredentials> source) {
        this.user = user;
        this.source = source;
    }

    /** What a callback says each time. */
    static RedisLogin asking(Supplier<RedisCredentials> source) {
        return new RedisLogin(Optional.empty(), source);
    }

    /** A user with a password; without a user the default one, without a password one that needs none. */
    static RedisLogin of(Optional<String> user, Supplier<String> password) {
        return new RedisLogin(user, () -> new DefaultRedisCredentials(user.orElse(null), password.get()));
    }

    /**
     * What an address and a builder say, and where they give no password, the environment variables; empty when nobody says
     * anything. The variables' user counts only with their password, so that the halves of two logins never meet.
     */
    static Optional<RedisLogin> of(
            RedisUrl url, @Nullable String user, @Nullable Supplier<String> password, Map<String, String> environment) {
        Optional<String> named = user == null ? url.user() : Optional.of(user);
        if (password != null) {
            return Optional.of(of(named, password));
        }
        if (url.password().isPresent()) {
            String given = url.password().get();
            return Optional.of(of(named, () -> given));
        }
        Optional<String> variable = said(environment, PASSWORD_VARIABLE);
        if (variable.isPresent()) {
            return Optional.of(of(named.or(() -> said(environment, USER_VARIABLE)), variable::get));
        }
        return named.map(name -> of(Optional.of(name), () -> ""));
    }

    /** What the environment variables say of the sentinels; a user counts only with a password, as above. */
    static Optional<RedisLogin> ofSentinels(Map<String, String> environment) {
        return said(environment, SENTINEL_PASSWORD_VARIABLE)
                .map(password -> of(said(environment, SENTINEL_USER_VARIABLE), () -> password));
    }

    private static Optional<String> said(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isEmpty());
    }

    /** A user, in a message. */
    static String text(Optional<String> user) {
        return user.map(name -> "the user " + name).orElse("the default user");
    }

    /** Who logged in last, or will; empty for the default user. */
    Optional<String> user() {
        return user;
    }

    @Override
    public RedisCredentials get() {
        RedisCredentials credentials;
        try {
            credentials = source.get();
        } catch (RuntimeException e) {
            throw new JedisConnectionException("the credentials could not be had: " + e, e);
        }
        if (credentials == null || credentials.getPassword() == null) {
            throw new JedisConnectionException("the credentials could not be had: there is no password");
        }
        user = Optional.ofNullable(credentials.getUser());
        return credentials;
    }
}
