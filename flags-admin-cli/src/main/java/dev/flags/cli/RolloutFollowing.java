package dev.flags.cli;

import dev.flags.model.FlagState;
import dev.flags.model.RolloutRun;
import dev.flags.store.FlagStore;
import java.time.Duration;
import java.util.List;

/** Shows one rollout, once or until it is over, and answers the exit code. Confined to one thread. */
final class RolloutFollowing {
    /** The controller looks every two seconds. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Session session;
    private final FlagStore store;
    private final String key;
    private final RolloutDisplay display;
    private int code;

    RolloutFollowing(Session session, FlagStore store, String key) {
        this.session = session;
        this.store = store;
        this.key = key;
        this.display = new RolloutDisplay(session);
    }

    /** As it stands. */
    int once() {
        RolloutView view = view(store);
        session.print(
                RolloutTree.of(view), List.of(view.run().state().name()), () -> RolloutText.of(session.shell, view));
        return codeOf(view.run().state());
    }

    /** Until it is over. */
    int untilOver(Duration atMost) {
        if (Watch.run(session, store, atMost, LOOK_AGAIN, this::next)) {
            return code;
        }
        session.shell.say("not over after " + Times.text(atMost));
        return ExitCode.NOT_IN_TIME;
    }

    private boolean next(FlagStore from) {
        RolloutView view = view(from);
        code = codeOf(view.run().state());
        display.next(view);
        return !view.run().state().isFinal();
    }

    private RolloutView view(FlagStore from) {
        FlagState flag = GetCommand.find(from, key, session);
        return RolloutView.of(from, flag, RolloutCommand.run(from, key, session));
    }

    static int codeOf(RolloutRun.State state) {
        return switch (state) {
            case ROLLING_BACK, ROLLED_BACK, ABORTED, KILLED -> ExitCode.ROLLOUT_ENDED_BADLY;
            case BLOCKED, HOLDING -> ExitCode.BLOCKED;
            case DRAFT, PREFLIGHT, RUNNING, PAUSED, AWAITING_APPROVAL, SOAKING, COMPLETED -> ExitCode.DONE;
        };
    }
}
