package dev.flags.examples.quickstart;

import dev.flags.Flags;
import dev.flags.store.FlagStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * An application in a JVM of its own: it follows the store and serves simulated users, all of them again every 5 ms, until its
 * standard input ends.
 *
 * <p>On standard output it tells what it really served, one line whenever that changes: {@code served}, the time (epoch
 * milliseconds), how many users took the new path, and how many there are, separated by tabs.
 *
 * <p>Argument: the number of users. Where the flags are, {@code FLAGS_STORE}, {@code FLAGS_ENVIRONMENT} and {@code FLAGS_PASSWORD}
 * say.
 */
public final class ProjectApplication {
    private static final long MILLIS_BETWEEN_ROUNDS = 5;

    private final Flags flags;
    private final List<User> users;
    private int lastServed = -1;

    private ProjectApplication(Flags flags, List<User> users) {
        this.flags = flags;
        this.users = users;
    }

    /** Runs until standard input ends. */
    public static void main(String[] arguments) throws InterruptedException {
        List<User> users = IntStream.range(0, Integer.parseInt(arguments[0]))
                .mapToObj(i -> new User("user-" + i, i % 4 == 0 ? "DE" : "US"))
                .toList();
        try (FlagStore store = StoreByUrl.open(System.getenv());
                Flags flags = Flags.builder().layer(store).build()) {
            ProjectApplication application = new ProjectApplication(flags, users);
            CountDownLatch ended = new CountDownLatch(1);
            Thread input = new Thread(() -> awaitEndOfInput(ended), "end-of-input");
            input.setDaemon(true);
            input.start();
            do {
                application.serveEverybody();
            } while (!ended.await(MILLIS_BETWEEN_ROUNDS, TimeUnit.MILLISECONDS));
        }
    }

    /** Whoever started this process ends it by closing its standard input. */
    private static void awaitEndOfInput(CountDownLatch ended) {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // as good as the end
        }
        ended.countDown();
    }

    private void serveEverybody() {
        ProjectService service = new ProjectService();
        users.forEach(user -> service.createProject(flags, user));
        if (service.createdAtomically() != lastServed) {
            lastServed = service.createdAtomically();
            System.out.println("served\t" + System.currentTimeMillis() + "\t" + lastServed + "\t" + service.created());
        }
    }
}
