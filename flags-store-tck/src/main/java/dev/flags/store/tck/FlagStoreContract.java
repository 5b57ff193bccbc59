package dev.flags.store.tck;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every store keeps, nested by subject. A store's own test extends this class and supplies a {@link StoreFixture}.
 *
 * <pre>{@code
 * class SqliteFlagStoreTest extends FlagStoreContract {
 *   @Override
 *   protected StoreFixture fixture(Path directory) {
 *     return new SqliteFixture(directory.resolve("flags.db"));
 *   }
 * }
 * }</pre>
 */
public abstract class FlagStoreContract {
    @TempDir
    @Nullable
    Path directory;

    private @Nullable Bench bench;

    /** An empty store; called once for each test. */
    protected abstract StoreFixture fixture(Path directory);

    @BeforeEach
    final void openBench() {
        bench = new Bench(fixture(directory()));
    }

    @AfterEach
    final void closeBench() {
        bench().close();
    }

    final Bench bench() {
        Bench opened = bench;
        if (opened == null) {
            throw new IllegalStateException("no test is running");
        }
        return opened;
    }

    final Path directory() {
        Path given = directory;
        if (given == null) {
            throw new IllegalStateException("no test is running");
        }
        return given;
    }

    @Nested
    @DisplayName("Read")
    class Read extends ReadRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Commit and conflict")
    class CommitAndConflict extends CommitRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Audit")
    class Audit extends AuditRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("History and undo")
    class History extends HistoryRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Feed")
    class Feed extends FeedRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Outage and recovery")
    class Outage extends OutageRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }

        @Override
        Path snapshots() {
            return directory().resolve("snapshots");
        }
    }

    @Nested
    @DisplayName("Concurrency")
    class Concurrency extends ConcurrencyRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Processes")
    class Processes extends ProcessRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("The wait")
    class Wait extends WaitRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Loss and replacement")
    class Loss extends LossRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Members of large segments")
    class Members extends MemberRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Restore")
    class Restore extends RestoreRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }

        @Override
        Path snapshots() {
            return directory().resolve("snapshots");
        }
    }

    @Nested
    @DisplayName("Outcomes of rollouts")
    class Outcomes extends OutcomeRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("The controller's lease")
    class Lease extends LeaseRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("The controller's records")
    class Records extends ControllerRecordRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }
    }

    @Nested
    @DisplayName("Archive")
    class Archive extends ArchiveRules {
        @Override
        Bench bench() {
            return FlagStoreContract.this.bench();
        }

        @Override
        Path archives() {
            return directory().resolve("archives");
        }
    }
}
