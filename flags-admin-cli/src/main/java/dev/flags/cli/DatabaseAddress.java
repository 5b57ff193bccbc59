package dev.flags.cli;

import dev.flags.secrets.Secrets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database's URL as its driver takes it.
 *
 * @param url for the driver; without a password, and without a user before the host, which the drivers do not understand
 * @param user whom to log in as; empty: whom the driver takes
 * @param database {@code postgresql}, {@code mysql} or {@code mariadb}
 */
record DatabaseAddress(String url, Optional<String> user, String database) {
    private static final Pattern SHAPE = Pattern.compile("jdbc:([a-z]+):(//)?(?:([^/?@]*)@)?([^?]*)(\\?.*)?");
    private static final Pattern USER = Pattern.compile("[?&]user=([^&]*)");
    private static final String MYSQL_DRIVER = "com.mysql.cj.jdbc.Driver";

    static DatabaseAddress parse(String url) {
        Matcher shape = SHAPE.matcher(url);
        if (!shape.matches() || shape.group(2) == null || !shape.group(4).matches("[^/]+/[^/]+")) {
            throw new UsageException(Secrets.mask(url) + " does not name a database: write "
                    + url.substring(0, url.indexOf(':', "jdbc:".length()) + 1) + "//[USER@]HOST[:PORT]/DATABASE");
        }
        String database = shape.group(1);
        String options = shape.group(5) == null ? "" : shape.group(5);
        if (database.equals("mysql") && !isPresent(MYSQL_DRIVER) && !options.contains("permitMysqlScheme")) {
            options += (options.isEmpty() ? "?" : "&")
                    + "permitMysqlScheme"; // the driver of MariaDB, which is here, speaks it
        }
        String user = shape.group(3);
        Matcher named = USER.matcher(options);
        if (user == null && named.find()) {
            user = named.group(1);
        }
        return new DatabaseAddress(
                "jdbc:" + database + "://" + shape.group(4) + options, Optional.ofNullable(user), database);
    }

    /** For the driver: who, the password, and a bound for every wait that the URL itself does not set. */
    Properties properties(Optional<String> password, Duration timeout, Duration answerWithin) {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(secret -> properties.setProperty("password", secret));
        boolean seconds = database.equals("postgresql");
        unlessSaid(properties, "connectTimeout", seconds ? timeout.toSeconds() : timeout.toMillis());
        unlessSaid(properties, "socketTimeout", seconds ? answerWithin.toSeconds() : answerWithin.toMillis());
        if (seconds) {
            unlessSaid(
                    properties,
                    "loginTimeout",
                    timeout.multipliedBy(2).toSeconds()); // or a hung server is waited for twice, with TLS and without
            unlessSaid(properties, "ApplicationName", "flags");
            unlessSaid(properties, "reWriteBatchedInserts", "true");
        } else {
            // before the socket's time-out, which would cost the connection
            long locked = Math.max(1, timeout.dividedBy(2).toSeconds());
            unlessSaid(properties, "sessionVariables", "innodb_lock_wait_timeout=" + locked);
            unlessSaid(properties, "rewriteBatchedStatements", "true");
        }
        return properties;
    }

    private void unlessSaid(Properties properties, String name, Object value) {
        if (!url.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT) + "=")) {
            properties.setProperty(name, value.toString());
        }
    }

    /** For messages: without options. */
    String place() {
        int options = url.indexOf('?');
        return options < 0 ? url : url.substring(0, options);
    }

    private static boolean isPresent(String driver) {
        try {
            Class.forName(driver);
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
