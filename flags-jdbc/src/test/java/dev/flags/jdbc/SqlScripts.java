package dev.flags.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;

/** Runs a script as a person with a plain tool would: one statement after the other, split at the semicolons. */
final class SqlScripts {
    private static final Pattern COMMENT = Pattern.compile("(?m)^--.*$");

    private SqlScripts() {}

    static void run(TestDatabase database, String script) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : Arrays.stream(
                            COMMENT.matcher(script).replaceAll("").split(";"))
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .toList()) {
                statement.execute(sql);
            }
        }
    }

    static String resource(String path) throws IOException {
        try (InputStream file = SqlScripts.class.getResourceAsStream(path)) {
            return new String(Objects.requireNonNull(file, path).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
