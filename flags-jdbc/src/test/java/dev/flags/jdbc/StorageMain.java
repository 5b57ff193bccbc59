package dev.flags.jdbc;

import dev.flags.FlagsException;
import dev.flags.store.Feed;
import java.nio.file.Path;
import java.time.Duration;

/** What the tests run in other processes: {@code read|commit|make|commit-for-ever FILE}. */
final class StorageMain {
    private StorageMain() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) {
        Path file = Path.of(arguments[1]);
        try {
            if (arguments[0].equals("make")) {
                JdbcMigrations.migrate("jdbc:sqlite:" + file);
            }
            try (JdbcStorage storage = new JdbcStorage(
                    new SqliteConnections(new SqliteFile(file, Duration.ofMinutes(1))),
                    "production",
                    Duration.ofSeconds(1))) {
                switch (arguments[0]) {
                    case "commit" -> storage.attempt(Appends.touching("child"));
                    case "commit-for-ever" -> {
                        while (true) {
                            storage.attempt(Appends.touching("child"));
                            System.out.println(storage.head().revision());
                        }
                    }
                    default -> {
                        storage.load();
                        try (Feed feed = storage.feed()) {
                            feed.await(feed.head(), Duration.ofMillis(1));
                        }
                    }
                }
                System.out.println("revision " + storage.head().revision());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FlagsException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            System.exit(3);
        }
    }
}
