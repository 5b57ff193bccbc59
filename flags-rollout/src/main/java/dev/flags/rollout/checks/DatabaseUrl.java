package dev.flags.rollout.checks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A database by its URL: a connection of its own for each question, with an end to every wait. Immutable.
 *
 * @param url as the driver takes it
 * @param user whom to log in as; empty: as the URL says
 * @param password empty: as the URL says, or none
 */
record DatabaseUrl(String url, Optional<String> user, Optional<Secret> password) implements Database.Connections {

    /** {@code SQLITE_OPEN_READWRITE}, without the bit that would make a file that is not there. */
    private static final String SQLITE_OPEN_EXISTING = "2";

    private static final String MYSQL_DRIVER = "com.mysql.cj.jdbc.Driver";

    @Override
    public Connection open(Duration timeout) throws SQLException {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        password.ifPresent(secret -> properties.setProperty("password", secret.reveal()));
        if (is("postgresql")) {
            unlessSaid(properties, "connectTimeout", seconds(timeout));
            unlessSaid(properties, "loginTimeout", seconds(timeout)); // or a hung server is waited for twice
            unlessSaid(properties, "socketTimeout", seconds(timeout) + 1); // after the query's own, which costs less
            unlessSaid(properties, "ApplicationName", "flags controller");
        } else if (is("mysql") || is("mariadb")) {
            unlessSaid(properties, "connectTimeout", timeout.toMillis());
            unlessSaid(properties, "socketTimeout", timeout.toMillis() + 1000);
        } else if (is("sqlite")) {
            unlessSaid(properties, "open_mode", SQLITE_OPEN_EXISTING);
            unlessSaid(properties, "busy_timeout", timeout.toMillis());
        }
        return DriverManager.getConnection(urlForDriver(), properties);
    }

    /** Where MySQL's own driver is not there, MariaDB's speaks to its servers, when told that it may. */
    private String urlForDriver() {
        if (!is("mysql") || isPresent(MYSQL_DRIVER) || url.contains("permitMysqlScheme")) {
            return url;
        }
        return url + (url.indexOf('?') < 0 ? "?" : "&") + "permitMysqlScheme";
    }

    private static boolean isPresent(String driver) {
        try {
            Class.forName(driver, false, DatabaseUrl.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private boolean is(String database) {
        return url.startsWith("jdbc:" + database + ":");
    }

    private void unlessSaid(Properties properties, String name, Object value) {
        if (!url.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT) + "=")) {
            properties.setProperty(name, value.toString());
        }
    }

    /** {@code setQueryTimeout} and some drivers count whole seconds. */
    static int seconds(Duration timeout) {
        return (int) Math.max(1, (timeout.toMillis() + 999) / 1000);
    }

    @Override
    public String place() {
        return place(url);
    }

    /** A URL without its options and its login. */
    static String place(@Nullable String url) {
        return url == null ? "" : url.replaceAll("[?;].*$", "").replaceAll("//[^/]*@", "//");
    }

    @Override
    public String toString() {
        return place();
    }
}
