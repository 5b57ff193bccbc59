package dev.flags.redis;

import dev.flags.FlagsException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import redis.clients.jedis.HostAndPort;

/**
 * Where Redis is, read from a URL.
 *
 * <pre>
 * redis://[user[:password]@]host[:6379][/database]              rediss://…           with TLS
 * redis-sentinel://[user[:password]@]host[:26379],…/master[/database]   rediss-sentinel://…
 * redis-cluster://[user[:password]@]host[:6379],…               rediss-cluster://…
 * </pre>
 *
 * <p>User and password are the Redis servers', never the sentinels'. They and the master's name are percent-encoded where they hold
 * one of {@code : / ? # @ %}. Messages never repeat what stands before the last {@code @}, nor what might be a piece of a
 * password with an unencoded character in it. Immutable.
 *
 * @param kind standalone, Sentinel or Cluster
 * @param tls whether connections are encrypted
 * @param hosts the servers or sentinels named, without repetition
 * @param master the name that the sentinels know the master by; empty except with Sentinel
 * @param database the number of the database
 * @param user the ACL user, if named
 * @param password the password, if given
 */
record RedisUrl(
        Kind kind,
        boolean tls,
        List<HostAndPort> hosts,
        String master,
        int database,
        Optional<String> user,
        Optional<String> password) {
    /** The ways Redis is run. */
    enum Kind {
        STANDALONE("redis", 6379),
        SENTINEL("redis-sentinel", 26379),
        CLUSTER("redis-cluster", 6379);

        private final String scheme;
        private final int port;

        Kind(String scheme, int port) {
            this.scheme = scheme;
            this.port = port;
        }

        String scheme(boolean tls) {
            return tls ? scheme.replaceFirst("redis", "rediss") : scheme;
        }
    }

    private static final int MAX_PORT = 65_535;

    RedisUrl {
        hosts = List.copyOf(hosts);
    }

    /**
     * Reads a URL.
     *
     * @throws FlagsException when it is not one of the forms above; says what to write instead
     */
    static RedisUrl parse(String url) {
        return new Parser(url).parse();
    }

    /** Without user and password, in one form for all spellings of the same place: {@code redis://cache:6379/0}. */
    String location() {
        StringBuilder text = new StringBuilder(kind.scheme(tls)).append("://");
        for (int i = 0; i < hosts.size(); i++) {
            text.append(i == 0 ? "" : ",").append(text(hosts.get(i)));
        }
        if (kind == Kind.SENTINEL) {
            text.append('/').append(master);
        }
        return kind == Kind.CLUSTER
                ? text.toString()
                : text.append('/').append(database).toString();
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    static String text(HostAndPort node) {
        String host = node.getHost();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + node.getPort();
    }

    /** Never with the password. */
    @Override
    public String toString() {
        return location();
    }

    /** Takes a URL apart by hand: {@link java.net.URI} knows neither several hosts nor how to keep a password out of its messages. */
    private static final class Parser {
        private final String url;

        Parser(String url) {
            this.url = url;
        }

        RedisUrl parse() {
            int colon = url.indexOf("://");
            if (colon < 0) {
                throw new FlagsException(
                        "Not an address of Redis: it has to begin with redis://, rediss://, redis-sentinel:// or"
                                + " redis-cluster://, for instance redis://localhost:6379");
            }
            String scheme = url.substring(0, colon);
            for (Kind kind : Kind.values()) {
                for (boolean tls : new boolean[] {false, true}) {
                    if (scheme.equals(kind.scheme(tls))) {
                        return parse(kind, tls, url.substring(colon + 3));
                    }
                }
            }
            throw new FlagsException("Not an address of Redis: the scheme '" + scheme + "' is not one of redis, rediss,"
                    + " redis-sentinel, rediss-sentinel, redis-cluster, rediss-cluster");
        }

        private RedisUrl parse(Kind kind, boolean tls, String rest) {
            if (rest.chars().anyMatch(c -> c <= ' ' || c == 0x7f)) {
                throw wrong(kind, "it has a space or control character in it; percent-encode it");
            }
            int slash = rest.indexOf('/');
            String authority = slash < 0 ? rest : rest.substring(0, slash);
            String path = slash < 0 ? "" : rest.substring(slash + 1);
            if (path.indexOf('@') >= 0) {
                throw wrong(kind, "a '/' stands before the '@'; write '/' in a user name or password as %2F");
            }
            int at = authority.lastIndexOf('@');
            String login = at < 0 ? "" : authority.substring(0, at);
            String hosts = authority.substring(at + 1);
            if (rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
                throw wrong(
                        kind,
                        "it has a '?' or '#' in it. A URL takes no options: set time-outs and TLS in the builder; in a user name or"
                                + " password write them as %3F and %23");
            }
            int colon = login.indexOf(':');
            String user = colon < 0 ? login : login.substring(0, colon);
            Optional<String> password =
                    colon < 0 ? Optional.empty() : Optional.of(decoded(kind, "password", login.substring(colon + 1)));
            if (password.isPresent() && password.get().isEmpty()) {
                throw wrong(kind, "there is a ':' but no password before the '@'");
            }
            List<HostAndPort> nodes = hosts(kind, hosts);
            String master = "";
            String database = path;
            if (kind == Kind.SENTINEL) {
                int second = path.indexOf('/');
                master = decoded(kind, "master's name", second < 0 ? path : path.substring(0, second));
                database = second < 0 ? "" : path.substring(second + 1);
                if (master.isEmpty()) {
                    throw wrong(
                            kind,
                            "it does not name the master that the sentinels watch; add it at the end, for instance"
                                    + " redis-sentinel://sentinel-1,sentinel-2/mymaster");
                }
            }
            return new RedisUrl(
                    kind,
                    tls,
                    nodes,
                    master,
                    database(kind, database),
                    user.isEmpty() ? Optional.empty() : Optional.of(decoded(kind, "user name", user)),
                    password);
        }

        private List<HostAndPort> hosts(Kind kind, String text) {
            Set<HostAndPort> nodes = new LinkedHashSet<>();
            for (String node : text.split(",", -1)) {
                nodes.add(host(kind, node));
            }
            if (kind == Kind.STANDALONE && nodes.size() > 1) {
                throw wrong(
                        kind,
                        "it names several hosts; that is written redis-sentinel://HOST,HOST/MASTER for Sentinel or"
                                + " redis-cluster://HOST,HOST for a Cluster");
            }
            return new ArrayList<>(nodes);
        }

        private HostAndPort host(Kind kind, String text) {
            int colon = text.lastIndexOf(':');
            String host = text;
            String port = "";
            if (text.startsWith("[")) {
                int end = text.indexOf(']');
                if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
                    throw wrong(kind, "an IPv6 address is written in brackets, for instance redis://[::1]:6379");
                }
                host = text.substring(1, end);
                port = end + 1 < text.length() ? text.substring(end + 2) : String.valueOf(kind.port);
            } else if (colon >= 0) {
                host = text.substring(0, colon);
                port = text.substring(colon + 1);
                if (host.indexOf(':') >= 0) {
                    throw wrong(
                            kind,
                            "a host has more than one ':'; an IPv6 address is written in brackets, for instance redis://[::1]:6379");
                }
            } else {
                port = String.valueOf(kind.port);
            }
            if (host.isEmpty()) {
                throw wrong(kind, "a host is missing, for instance " + kind.scheme + "://localhost:" + kind.port);
            }
            // What stands here may be half a password with an '@' too few: it is not repeated.
            if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > MAX_PORT) {
                throw wrong(kind, "the port of a host is not a number from 1 to " + MAX_PORT);
            }
            return new HostAndPort(host, Integer.parseInt(port));
        }

        private int database(Kind kind, String text) {
            if (text.isEmpty()) {
                return 0;
            }
            if (kind == Kind.CLUSTER) {
                throw wrong(kind, "a Cluster has one database only; leave out what follows the hosts");
            }
            if (!text.matches("\\d{1,6}")) {
                throw wrong(
                        kind,
                        "the database, what follows the last '/', has to be a number, for instance redis://localhost/2");
            }
            return Integer.parseInt(text);
        }

        private String decoded(Kind kind, String what, String text) {
            try {
                // a '+' is a '+' in this part of a URL
                return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                // without the cause: its message repeats what was not understood
                throw wrong(
                        kind,
                        "a '%' in the " + what + " is not followed by two hexadecimal digits; write '%' itself as %25");
            }
        }

        private static FlagsException wrong(Kind kind, String problem) {
            return new FlagsException("Not an address of Redis (" + kind.scheme + "://…): " + problem);
        }
    }
}
