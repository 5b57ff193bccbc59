package dev.flags.cli;

import dev.flags.admin.KillScope;
import dev.flags.store.NotPermittedException;
import dev.flags.store.StoreDamagedException;
import dev.flags.store.StoreMissingException;
import dev.flags.store.StoreUnavailableException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "kill",
        description = {
            "Force flags to their off variant at once, whatever else is set, until 'unkill'.",
            "Everything else about them stays as it is; a running rollout ends."
        })
final class KillCommand extends WriteVerb {
    @Parameters(arity = "0..*", paramLabel = "KEY", description = "the flags")
    List<String> keys = List.of();

    @Option(names = "--tag", paramLabel = "TAG", description = "all flags with this tag")
    @Nullable
    String tag;

    @Option(names = "--all", description = "all flags of the environment; asks first")
    boolean all;

    @Option(
            names = "--undefined",
            description =
                    "latch keys that this store does not define, too: those that only another layer of the applications"
                            + " does")
    boolean undefined;

    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "latch in a flag file that applications have as a layer, for when the store is down")
    @Nullable
    String file;

    KillCommand(Session session) {
        super(session);
    }

    @Override
    WriteScope scope() {
        return all ? WriteScope.ENVIRONMENT : WriteScope.of(keys);
    }

    @Override
    public Integer call() {
        KillScope scope = toKill();
        if (file != null) {
            return KillFile.of(session, file).kill(scope, args);
        }
        return write(admin -> options -> admin.kill(scope, options));
    }

    private KillScope toKill() {
        int ways = (keys.isEmpty() ? 0 : 1) + (tag == null ? 0 : 1) + (all ? 1 : 0);
        if (ways != 1) {
            throw new UsageException("name the flags, or say --tag TAG, or --all");
        }
        if (undefined && keys.isEmpty()) {
            throw new UsageException("--undefined goes with keys");
        }
        if (all) {
            return new KillScope.All();
        }
        String named = tag;
        return named == null ? new KillScope.Keys(keys, undefined) : new KillScope.Tag(named);
    }

    @Override
    String adviceOn(Exception failure) {
        boolean away = failure instanceof StoreUnavailableException
                || failure instanceof StoreMissingException
                || failure instanceof StoreDamagedException
                || failure instanceof NotPermittedException;
        return !away || file != null ? "" : KillFile.advice(session, keys, tag, args);
    }
}
