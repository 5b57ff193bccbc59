package dev.flags.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flags.FlagsException;
import dev.flags.store.NotPermittedException;
import dev.flags.store.OutcomeUnknownException;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreUnavailableException;
import java.net.SocketTimeoutException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be brought about on a test server, or not on each: by the codes that the servers' manuals name. */
class FailuresTest {
    @ParameterizedTest
    @CsvSource({
        "POSTGRESQL, 53100, 0, FULL",
        "POSTGRESQL, 53300, 0, CROWDED",
        "POSTGRESQL, 57P01, 0, LOST",
        "POSTGRESQL, 57P02, 0, LOST",
        "POSTGRESQL, 57P03, 0, LOST",
        "POSTGRESQL, 08006, 0, LOST",
        "POSTGRESQL, 25006, 0, READ_ONLY",
        "POSTGRESQL, 28P01, 0, REFUSED",
        "POSTGRESQL, 28000, 0, REFUSED",
        "POSTGRESQL, 42501, 0, REFUSED",
        "POSTGRESQL, 42P01, 0, NO_SCHEMA",
        "POSTGRESQL, 42703, 0, NO_SCHEMA",
        "POSTGRESQL, 23505, 0, DAMAGED",
        "POSTGRESQL, 40001, 0, CONTENDED",
        "POSTGRESQL, 40P01, 0, CONTENDED",
        "POSTGRESQL, 55P03, 0, CONTENDED",
        "POSTGRESQL, 42P05, 0, NOT_PREPARED",
        "POSTGRESQL, 26000, 0, NOT_PREPARED",
        "POSTGRESQL, 58030, 0, OTHER",
        "MYSQL, 08004, 1040, CROWDED",
        "MYSQL, HY000, 1205, CONTENDED",
        "MYSQL, 40001, 1213, CONTENDED",
        "MYSQL, HY000, 1290, READ_ONLY",
        "MYSQL, 28000, 1045, REFUSED",
        "MYSQL, 42000, 1142, REFUSED",
        "MYSQL, 42000, 1044, REFUSED",
        "MYSQL, 42S02, 1146, NO_SCHEMA",
        "MYSQL, 42S22, 1054, NO_SCHEMA",
        "MYSQL, HY000, 1114, FULL",
        "MYSQL, HY000, 1021, FULL",
        "MYSQL, 08S01, 1153, TOO_BIG",
        "MYSQL, 08S01, 1053, LOST",
        "MYSQL, HY000, 2006, LOST",
        "MYSQL, HY000, 2013, LOST",
        "MYSQL, 08S01, 0, LOST",
        "MYSQL, HY000, 1105, OTHER"
    })
    void aServersErrorMeansWhatItsManualSays(Dialect dialect, String state, int code, Failures.Kind kind) {
        assertThat(dialect.failures().kind(new SQLException("said", state, code)))
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({
        "POSTGRESQL, 08006, 0, true",
        "POSTGRESQL, 57P01, 0, true",
        "POSTGRESQL, 58030, 0, true",
        "POSTGRESQL, 53100, 0, false",
        "POSTGRESQL, 40001, 0, false",
        "MYSQL, HY000, 2013, true",
        "MYSQL, HY000, 1180, true",
        "MYSQL, HY000, 3101, false",
        "MYSQL, HY000, 1290, false"
    })
    void aCommitThatFailedIsUnknownUnlessTheDatabaseSaysThatItDidNotHappen(
            Dialect dialect, String state, int code, boolean unknown) {
        FlagsException failure =
                dialect.failures().commitFailure("there", "ada", new SQLException("said", state, code));

        assertThat(failure instanceof OutcomeUnknownException).isEqualTo(unknown);
    }

    @Test
    void aFailureNamesTheLoginAndThePlaceAndWhatTheDatabaseSaid() {
        assertThat(failure("42501", "permission denied for table flags_flag"))
                .isInstanceOf(NotPermittedException.class)
                .hasMessageContaining("app")
                .hasMessageContaining("jdbc:postgresql://db/flags")
                .hasMessageContaining("permission denied for table flags_flag");
        assertThat(failure("42703", "column f.updated_by does not exist"))
                .isInstanceOf(StoreDamagedException.class)
                .hasMessageContaining("updated_by")
                .hasMessageContaining("flags db migrate");
        assertThat(failure("53100", "could not extend file"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("no room")
                .hasMessageContaining("nothing was written");
        assertThat(failure("42P05", "prepared statement \"S_1\" already exists"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("prepareThreshold=0");
    }

    @Test
    void aBatchTellsWhatWentWrongInsideIt() {
        SQLException batch = new BatchUpdateException("Batch entry 0 was aborted", null);
        batch.setNextException(new SQLException("ERROR: disk full", "53100"));

        assertThat(Failures.POSTGRESQL.kind(batch)).isEqualTo(Failures.Kind.FULL);
        assertThat(Failures.POSTGRESQL.failure("there", "", batch)).hasMessageContaining("ERROR: disk full");
    }

    @Test
    void aTimeoutIsNoReasonToTryAnotherConnection() {
        SQLException cut = new SQLException("cut", "08006");
        SQLException hung = new SQLException("hung", "08006", new SocketTimeoutException());

        assertThat(Failures.POSTGRESQL.isLost(cut)).isTrue();
        assertThat(Failures.POSTGRESQL.isLost(hung)).isFalse();
    }

    private static FlagsException failure(String state, String message) {
        return Failures.POSTGRESQL.failure("jdbc:postgresql://db/flags", "app", new SQLException(message, state));
    }
}
