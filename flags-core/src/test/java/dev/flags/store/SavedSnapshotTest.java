package dev.flags.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedSnapshotTest {
    private static final Instant SAVED = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir
    Path directory;

    private final StoredState state = new StoredState(
            "production",
            new Head("epoch-1", 14, "a".repeat(64)),
            List.of(
                    new StoredFlag("a", 14, "{ \"key\": \"a\" }", null, null, SAVED, "ada"),
                    new StoredFlag("b", 3, "not JSON \" \\ \u0000 ü 🚩", "{\"at\":1}", "{}", SAVED, "grace")),
            List.of(new StoredSegment("staff", 2, "{}"), new StoredSegment("gone", 4, null)),
            "{\"protected\":true}");

    private Path file() {
        return directory.resolve("deep/flags.json");
    }

    private SavedSnapshot.Loaded readAt(Instant now) {
        return SavedSnapshot.read(file(), "production", WEEK, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void whatIsWrittenIsReadBackByteForByte() {
        SavedSnapshot.write(file(), state, SAVED);

        assertThat(readAt(SAVED)).isEqualTo(new SavedSnapshot.Loaded(state, SAVED));
    }

    @Test
    void oneOlderThanTheAgeAllowedIsRefused() {
        SavedSnapshot.write(file(), state, SAVED);

        assertThat(readAt(SAVED.plus(WEEK)).state()).isEqualTo(state);
        assertThatThrownBy(() -> readAt(SAVED.plus(WEEK).plusMillis(1)))
                .isInstanceOf(SavedSnapshot.UnusableException.class)
                .hasMessageContaining("older")
                .hasMessageContaining(file().toString());
    }

    @Test
    void oneCutAnywhereIsRefused() throws IOException {
        SavedSnapshot.write(file(), state, SAVED);
        byte[] whole = Files.readAllBytes(file());
        for (int length = 0; length < whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> readAt(SAVED)).isInstanceOf(SavedSnapshot.UnusableException.class);
        }
    }

    @Test
    void oneWithAnyByteAlteredIsRefused() throws IOException {
        SavedSnapshot.write(file(), state, SAVED);
        byte[] whole = Files.readAllBytes(file());
        for (int i = 0; i < whole.length; i++) {
            byte[] altered = whole.clone();
            altered[i] ^= 1;
            Files.write(file(), altered);
            assertThatThrownBy(() -> readAt(SAVED)).isInstanceOf(SavedSnapshot.UnusableException.class);
        }
    }

    @Test
    void oneThatIsNotThereSaysSo() {
        assertThatThrownBy(() -> readAt(SAVED)).hasMessageContaining("does not exist");
    }

    @Test
    void onlyItsOwnerCanReadItAndNothingElseIsLeftBeside() throws IOException {
        SavedSnapshot.write(file(), state, SAVED);
        SavedSnapshot.write(file(), state, SAVED.plusSeconds(1));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenLeavesWhatWasThere() throws IOException {
        Path notADirectory = Files.writeString(directory.resolve("file"), "x");

        assertThatThrownBy(() -> SavedSnapshot.write(notADirectory.resolve("flags.json"), state, SAVED))
                .isInstanceOf(SavedSnapshot.UnusableException.class)
                .hasMessageContaining("cannot be written");
        assertThat(notADirectory).hasContent("x");
    }

    @Test
    void twoStoresShareADirectory() {
        assertThat(SavedSnapshot.file(directory, "sqlite", "pro/../d", "jdbc:sqlite:/a.db"))
                .hasParentRaw(directory)
                .isNotEqualTo(SavedSnapshot.file(directory, "sqlite", "pro/../d", "jdbc:sqlite:/b.db"));
    }
}
