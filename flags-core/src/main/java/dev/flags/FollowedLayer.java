package dev.flags;

import dev.flags.FlagsStatus.State;
import dev.flags.evaluation.Memberships;
import dev.flags.evaluation.Snapshot;
import dev.flags.model.Problem;
import dev.flags.source.LayerContent;
import dev.flags.source.SourceListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One layer as far as it is known; its source writes, {@link LayeredFlags} reads under its own lock. */
final class FollowedLayer implements SourceListener {
    final String name;
    final Optional<MembershipCache> memberships;
    private final LayeredFlags flags;

    // guarded by flags
    private LayerContent content = LayerContent.empty();
    private State state = State.NOT_READY;
    private List<Problem> stateProblems = List.of();
    private @Nullable Instant contact;
    private boolean loaded;
    private boolean answered;
    private @Nullable State logged;

    FollowedLayer(String name, Optional<MembershipCache> memberships, LayeredFlags flags) {
        this.name = name;
        this.memberships = memberships;
        this.flags = flags;
    }

    @Override
    public void loaded(LayerContent newContent, State newState, Instant at) {
        boolean news;
        synchronized (flags) {
            if (flags.isClosed()) {
                return;
            }
            // a state worse than READY is told next, with its reasons, and gets its line then
            boolean ready = newState == State.READY && logged != State.READY;
            news = ready || !content.problems().equals(newContent.problems());
            logged = ready ? newState : logged;
            // the first content replaces nothing, so its list of changes says nothing
            Set<String> changed = loaded ? newContent.changed() : Set.of();
            content = newContent;
            // of a wiped store that was not known before, only kills are served
            loaded |= newState != State.WIPED || newContent.revision() > 0;
            enter(newState, List.of());
            if (newState != State.STALE) {
                contact = at;
            }
            flags.recompile(changed);
            flags.notifyAll();
        }
        if (news) {
            flags.logTransition(this, newState, newContent.problems(), true);
        }
    }

    @Override
    public void unchanged(Instant at) {
        synchronized (flags) {
            contact = at;
        }
    }

    @Override
    public void state(State newState, List<Problem> problems) {
        boolean news;
        State entered;
        synchronized (flags) {
            if (flags.isClosed()) {
                return;
            }
            // a source that cannot be read at a start is not ready, whatever it calls that
            entered = loaded || newState == State.WIPED ? newState : State.NOT_READY;
            news = entered != logged;
            logged = entered;
            enter(entered, problems);
            flags.notifyAll();
        }
        if (news) {
            flags.logTransition(this, entered, problems, false);
        }
    }

    private void enter(State newState, List<Problem> problems) {
        state = newState;
        stateProblems = List.copyOf(problems);
        answered |= loaded && newState != State.STALE && newState != State.NOT_READY;
    }

    LayerContent content() {
        return content;
    }

    /** What is compiled together with that of the other layers. */
    Snapshot.Layer toCompile() {
        return new Snapshot.Layer(
                name, content, memberships.<Memberships>map(known -> known).orElse(Memberships.NONE));
    }

    State state() {
        return state;
    }

    /** Whether there is something to serve, be it a saved snapshot. */
    boolean isLoaded() {
        return loaded;
    }

    /** Whether its source itself has been loaded once. */
    boolean hasAnswered() {
        return answered;
    }

    /**
     * @param together what is wrong with it beside the other layers
     */
    FlagsStatus.Layer status(State shown, List<Problem> together) {
        List<Problem> problems = new ArrayList<>(stateProblems);
        problems.addAll(content.problems());
        problems.addAll(together);
        memberships.ifPresent(
                known -> problems.addAll(known.problems(content.segments().keySet())));
        return new FlagsStatus.Layer(
                name,
                shown,
                content.revision(),
                Optional.ofNullable(contact),
                content.flags().size(),
                problems);
    }
}
