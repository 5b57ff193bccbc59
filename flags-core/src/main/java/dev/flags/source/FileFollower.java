package dev.flags.source;

import dev.flags.FlagsStatus.State;
import dev.flags.json.Json;
import dev.flags.model.FlagFile;
import dev.flags.model.InvalidFlagException;
import dev.flags.model.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Follows one file for one listener on one daemon thread. A look is a stat; the file is read only when its {@link FileState}
 * differs, or was too young at the last look for its time stamp to tell, and handed on only when its bytes differ.
 *
 * <p>A half-written JSON document does not parse, so it is never served. A YAML document cut off between two lines does; a YAML
 * file is therefore left alone until it has been quiet for {@value #QUIET_MILLIS} ms.
 */
final class FileFollower {
    private static final long QUIET_MILLIS = 100;

    private final Path file;
    private final String name;
    private final FlagFile.Format format;
    private final long intervalMillis;
    private final Clock clock;
    private final SourceListener listener;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    // confined to the thread
    private @Nullable FileState looked;
    private boolean doubtful = true;
    private byte @Nullable [] handedOn;
    private @Nullable LayerContent content;
    private List<Problem> announced = List.of();
    private boolean inTrouble;

    FileFollower(Path file, String name, Duration interval, Clock clock, SourceListener listener) {
        this.file = file;
        this.name = name;
        this.format = FlagFile.Format.of(file);
        this.intervalMillis = Math.max(1, interval.toMillis());
        this.clock = clock;
        this.listener = listener;
        this.thread = new Thread(this::run, "flags-follow-" + name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void close() {
        closed.countDown();
        if (Thread.currentThread() != thread) {
            try {
                thread.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            long pause;
            do {
                pause = intervalMillis;
                try {
                    pause = look();
                } catch (RuntimeException | StackOverflowError e) {
                    // a defect in here must not end the following, which would freeze kills out
                    if (!inTrouble) {
                        LoggerFactory.getLogger(FileSource.class).error("following {} failed; trying again", file, e);
                    }
                    looked = null;
                    trouble("cannot be followed: " + e);
                }
            } while (!closed.await(pause, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // somebody wants this thread to end
            Thread.currentThread().interrupt();
        }
    }

    /** One look; returns how many milliseconds to wait until the next. */
    private long look() {
        long now = System.currentTimeMillis();
        try {
            FileState state = FileState.of(file);
            if (state.equals(looked) && !doubtful) {
                if (!inTrouble) {
                    listener.unchanged(clock.instant());
                }
                return intervalMillis;
            }
            long untilQuiet = format == FlagFile.Format.YAML ? state.untilQuietFor(QUIET_MILLIS, now) : 0;
            if (untilQuiet > 0) {
                return untilQuiet;
            }
            if (state.size() > Json.MAX_FILE_BYTES) {
                remember(state, now);
                trouble("is larger than " + Json.MAX_FILE_BYTES / 1024 + " KiB");
                return intervalMillis;
            }
            byte[] bytes = Files.readAllBytes(file);
            if (!state.equals(FileState.of(file))) {
                // written or replaced while it was read: what was read may be of both
                return Math.min(intervalMillis, QUIET_MILLIS);
            }
            remember(state, now);
            read(bytes);
        } catch (IOException e) {
            looked = null;
            trouble(reason(e));
        }
        return intervalMillis;
    }

    private void remember(FileState state, long now) {
        looked = state;
        doubtful = state.isInDoubt(now);
    }

    private void read(byte[] bytes) {
        if (Arrays.equals(bytes, handedOn)) {
            if (inTrouble && content != null) {
                calm();
                listener.state(State.READY, List.of());
            }
            listener.unchanged(clock.instant());
            return;
        }
        LayerContent next;
        try {
            next = FileLayer.content(FlagFile.parseLeniently(name, text(bytes), format), content);
        } catch (InvalidFlagException e) {
            trouble(e.problems());
            return;
        } catch (CharacterCodingException e) {
            trouble("is not UTF-8");
            return;
        }
        listener.loaded(next, State.READY, clock.instant());
        // and not before: what was not taken is handed on again, with what differs from what was
        content = next;
        handedOn = bytes;
        calm();
    }

    private static String text(byte[] bytes) throws CharacterCodingException {
        // unlike new String(…), this refuses what is cut in the middle of a character
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private void calm() {
        inTrouble = false;
        announced = List.of();
    }

    private void trouble(String message) {
        trouble(List.of(new Problem(file.toString(), message)));
    }

    private void trouble(List<Problem> problems) {
        if (!inTrouble || !announced.equals(problems)) {
            inTrouble = true;
            announced = List.copyOf(problems);
            listener.state(content == null ? State.NOT_READY : State.STALE, announced);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "does not exist; it is picked up when it appears";
        }
        if (e instanceof AccessDeniedException) {
            return "may not be read by this process";
        }
        String message = e.getMessage();
        return message == null ? "cannot be read: " + e.getClass().getSimpleName() : "cannot be read: " + message;
    }
}
