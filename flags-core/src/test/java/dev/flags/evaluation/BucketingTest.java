package dev.flags.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import dev.flags.model.Percentage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class BucketingTest {
    private record Vector(String salt, String key, int bucket) {}

    private static List<Vector> vectors() throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(BucketingTest.class.getResourceAsStream("bucketing-vectors.csv")),
                StandardCharsets.UTF_8))) {
            return reader.lines()
                    .skip(1)
                    .map(line -> line.split(",", -1))
                    .map(fields -> new Vector(fields[0], fields[1], Integer.parseInt(fields[2])))
                    .toList();
        }
    }

    @Test
    void bucketsAreThoseOfTheIndependentImplementation() throws IOException {
        assertThat(vectors())
                .hasSizeGreaterThan(50)
                .allSatisfy(vector -> assertThat(Bucketing.of(vector.salt()).bucket(vector.key()))
                        .as("%s / %s", vector.salt(), vector.key())
                        .isEqualTo(vector.bucket()));
    }

    @Test
    void aSurrogateWithoutItsPartnerCountsAsAQuestionMark() {
        Bucketing bucketing = Bucketing.of("atomic-projects");
        assertThat(bucketing.bucket("user-\uD83D")).isEqualTo(bucketing.bucket("user-?"));
        assertThat(bucketing.bucket("\uDE80user")).isEqualTo(bucketing.bucket("?user"));
        assertThat(Bucketing.of("salt\uD83D").bucket("u"))
                .isEqualTo(Bucketing.of("salt?").bucket("u"));
    }

    @Property
    void theHashIsThatOfTheUtf8Bytes(@ForAll String salt, @ForAll String key) {
        int seed = Hashing.murmur3_32_fixed(0)
                .hashBytes(salt.getBytes(StandardCharsets.UTF_8))
                .asInt();
        long hash = Hashing.murmur3_32_fixed(seed)
                        .hashBytes(key.getBytes(StandardCharsets.UTF_8))
                        .asInt()
                & 0xFFFF_FFFFL;
        assertThat(Bucketing.of(salt).bucket(key)).isEqualTo((int) ((hash * 100_000) >>> 32));
    }

    @Property
    void theHashOfPlainKeysIsTheSame(
            @ForAll String salt, @ForAll @CharRange(to = '\u007f') @StringLength(max = 40) String key) {
        theHashIsThatOfTheUtf8Bytes(salt, key);
    }

    @Property
    void theHashOfKeysWithOneCharacterThatIsNotAsciiIsTheSame(
            @ForAll @CharRange(to = '\u007f') @StringLength(max = 12) String before,
            @ForAll @CharRange(from = '\u0080', to = '\uffff') char character,
            @ForAll @CharRange(to = '\u007f') @StringLength(max = 12) String after) {
        theHashIsThatOfTheUtf8Bytes("atomic-projects", before + character + after);
    }

    @Property
    void everyBucketIsInRangeAndTheSameForEachInstance(@ForAll String salt, @ForAll String key) {
        int bucket = Bucketing.of(salt).bucket(key);
        assertThat(bucket).isBetween(0, 99_999);
        // another object, another string of equal characters: what a restart is to a pure function
        assertThat(Bucketing.of(new String(salt.toCharArray())).bucket(new String(key.toCharArray())))
                .isEqualTo(bucket);
    }

    @Property
    void raisingAPercentageNeverTakesTheTreatmentFromAnyone(
            @ForAll String key, @ForAll @IntRange(max = 100_000) int one, @ForAll @IntRange(max = 100_000) int other) {
        int bucket = Bucketing.of("atomic-projects").bucket(key);
        boolean treatedAtLower = bucket < new Percentage(Math.min(one, other)).buckets();
        boolean treatedAtHigher = bucket < new Percentage(Math.max(one, other)).buckets();
        assertThat(!treatedAtLower || treatedAtHigher).isTrue();
        assertThat(bucket < Percentage.ZERO.buckets()).isFalse();
        assertThat(bucket < Percentage.FULL.buckets()).isTrue();
    }

    @Test
    void bucketsOfKeysThatLookAlikeAreUniform() {
        for (String salt : List.of("atomic-projects", "new-dashboard", "a", "b", "flag-1", "flag-2", "flag-2/split")) {
            Bucketing bucketing = Bucketing.of(salt);
            int[] cells = new int[100];
            int keys = 100_000;
            for (int i = 0; i < keys; i++) {
                cells[bucketing.bucket("user-" + i) / 1_000]++;
            }
            // 99 degrees of freedom: one salt in a million is beyond 181
            assertThat(chiSquare(cells, keys / 100.0)).as(salt).isLessThan(181);
        }
    }

    @Test
    void cohortsOfTwoFlagsAreIndependent() {
        List<String> salts =
                List.of("atomic-projects", "new-dashboard", "flag-1", "flag-2", "flag-1/split", "flag-1/rule/x");
        for (String one : salts) {
            for (String other : salts) {
                if (!one.equals(other)) {
                    // 81 degrees of freedom after fixing the margins: one pair in a million is beyond 156
                    assertThat(contingency(Bucketing.of(one), Bucketing.of(other)))
                            .as("%s and %s", one, other)
                            .isLessThan(156);
                }
            }
        }
    }

    /** Chi-square of the table of deciles of two bucketings, against independent uniform ones. */
    private static double contingency(Bucketing one, Bucketing other) {
        int keys = 20_000;
        int[] cells = new int[100];
        for (int i = 0; i < keys; i++) {
            String key = "user-" + i;
            cells[one.bucket(key) / 10_000 * 10 + other.bucket(key) / 10_000]++;
        }
        int[] rows = new int[10];
        int[] columns = new int[10];
        for (int i = 0; i < 100; i++) {
            rows[i / 10] += cells[i];
            columns[i % 10] += cells[i];
        }
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            double expected = (double) rows[i / 10] * columns[i % 10] / keys;
            sum += (cells[i] - expected) * (cells[i] - expected) / expected;
        }
        return sum;
    }

    private static double chiSquare(int[] cells, double expected) {
        double sum = 0;
        for (int cell : cells) {
            sum += (cell - expected) * (cell - expected) / expected;
        }
        return sum;
    }
}
