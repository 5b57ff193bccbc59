package dev.flags.admin;

import dev.flags.FlagsException;
import dev.flags.model.FlagState;
import dev.flags.store.Actor;
import dev.flags.store.Commit;
import dev.flags.store.CommitOutcome;
import dev.flags.store.FlagStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all verbs have in common: dry runs, protection, questions, expected revisions.
 *
 * <p>A verb is worked out against the very state that its commit follows, so protection and questions are checked inside the
 * commit. When the history moved meanwhile, it is worked out again: what raises exposure, or may, is then a conflict if one of its
 * own flags was changed; anything else goes through, a kill above all.
 *
 * <p>Safe for use by multiple threads.
 */
public final class AdminCommit {
    private static final String UNSPECIFIED = "unspecified";

    private final FlagStore store;
    private final Actor actor;

    /** Commits to a store in somebody's name. */
    public AdminCommit(FlagStore store, Actor actor) {
        this.store = store;
        this.actor = actor;
    }

    /**
     * Does it, or works it out.
     *
     * @throws FlagsException what the verb's edit or the store throws
     */
    public WriteOutcome run(AdminVerb verb, WriteOptions options) {
        Attempt attempt = new Attempt(verb, options, store.environment());
        try {
            CommitOutcome outcome =
                    store.commit(new Commit(actor, verb.action(), reasonOf(options), verb.details(), attempt::edit));
            if (outcome instanceof CommitOutcome.Conflict conflict) {
                return new WriteOutcome.Conflict(
                        conflict.key(), conflict.expectedRevision(), conflict.actualRevision());
            }
            return outcome instanceof CommitOutcome.Committed committed
                    ? attempt.done(true, committed.revision(), committed.before(), committed.after())
                            .and(committed.caveat())
                    : attempt.done(false, ((CommitOutcome.Unchanged) outcome).revision(), Map.of(), Map.of());
        } catch (Halt halt) {
            return halt.outcome;
        }
    }

    /** In whose name. */
    public String actorName() {
        return actor.name();
    }

    /** What is recorded as the reason. */
    static String reasonOf(WriteOptions options) {
        return options.reason().isBlank() ? UNSPECIFIED : options.reason().strip();
    }

    /** One run of a verb; keeps what its last call saw. */
    private static final class Attempt {
        private final AdminVerb verb;
        private final WriteOptions options;
        private final String environment;
        private final Map<String, Long> firstSeen = new HashMap<>();
        private AdminVerb.@Nullable Plan plan;
        private Map<String, FlagState> before = Map.of();

        Attempt(AdminVerb verb, WriteOptions options, String environment) {
            this.verb = verb;
            this.options = options;
            this.environment = environment;
        }

        Commit.Result edit(Commit.Found found) {
            // Before the verb has its say: a promotion that lost to a kill is a conflict, not a missing rollout.
            // A flag that is not there is left to the verb, which knows whether that is a mistake.
            Optional<Commit.Refused> moved = verb.scope() == AdminVerb.Scope.ENVIRONMENT
                    ? unexpectedEnvironment(found)
                    : unexpected(verb.keys().stream()
                            .map(found::flag)
                            .filter(flag -> flag.revision() > 0)
                            .toList());
            if (moved.isPresent()) {
                return moved.get();
            }
            AdminVerb.Plan wanted = verb.edit().plan(found);
            plan = wanted;
            before = new LinkedHashMap<>();
            wanted.flags().keySet().forEach(key -> before.put(key, found.flag(key)));
            Exposure.Effect effect = effect(wanted, found);
            Optional<Commit.Refused> refused = lostRace(effect);
            if (refused.isPresent()) {
                return refused.get();
            }
            boolean changes = changes(wanted, found);
            WriteOutcome.Done preview = done(changes, found.head().revision(), before, wanted.flags());
            if (options.dryRun()) {
                throw new Halt(preview);
            }
            if (changes) {
                ask(wanted, effect, found, preview);
            }
            return new Commit.Write(
                    changedOnly(wanted.flags()),
                    wanted.segments(),
                    wanted.settings(),
                    wanted.details(),
                    wanted.replacement());
        }

        /** The flags in the order asked for, and those alone. */
        WriteOutcome.Done done(boolean changed, long revision, Map<String, FlagState> from, Map<String, FlagState> to) {
            AdminVerb.Plan known = Objects.requireNonNull(plan);
            Map<String, FlagState> was = new LinkedHashMap<>(before);
            was.putAll(from);
            Map<String, FlagState> is = new LinkedHashMap<>(before);
            is.putAll(to);
            return new WriteOutcome.Done(
                    verb.action(),
                    List.copyOf(known.flags().keySet()),
                    changed,
                    revision,
                    was,
                    is,
                    known.unknownKeys(),
                    known.notes());
        }

        private Optional<Commit.Refused> unexpectedEnvironment(Commit.Found found) {
            long actual = found.head().revision();
            return options.expectedRevision().isPresent()
                            && options.expectedRevision().getAsLong() != actual
                    ? Optional.of(
                            new Commit.Refused("*", options.expectedRevision().getAsLong(), actual))
                    : Optional.empty();
        }

        private Optional<Commit.Refused> unexpected(Collection<FlagState> flags) {
            return flags.stream()
                    .flatMap(flag -> Commit.unexpected(flag, options.expectedRevision()).stream())
                    .findFirst();
        }

        /** What is expected of flags that the verb itself had to find; and, of a raise, that its flags are those it first saw. */
        private Optional<Commit.Refused> lostRace(Exposure.Effect effect) {
            Optional<Commit.Refused> refused =
                    verb.scope() == AdminVerb.Scope.FLAGS ? unexpected(before.values()) : Optional.empty();
            for (FlagState flag : before.values()) {
                long seen = firstSeen.computeIfAbsent(flag.key(), key -> flag.revision());
                if (refused.isEmpty() && seen != flag.revision() && effect.countsAsRaise()) {
                    refused = Optional.of(new Commit.Refused(flag.key(), seen, flag.revision()));
                }
            }
            return refused;
        }

        private void ask(AdminVerb.Plan wanted, Exposure.Effect effect, Commit.Found found, WriteOutcome.Done preview) {
            boolean isProtected = found.settings().isProtected();
            if (isProtected && verb.needsReason() && options.reason().isBlank()) {
                throw new Halt(new WriteOutcome.NeedsReason(environment));
            }
            if (options.confirmed()) {
                return;
            }
            if (!wanted.question().isEmpty()) {
                throw new Halt(new WriteOutcome.NeedsConfirmation(wanted.question(), preview));
            }
            if (isProtected && effect.countsAsRaise()) {
                throw new Halt(new WriteOutcome.NeedsConfirmation(
                        "The environment " + environment + " is protected, and '" + verb.action() + "' "
                                + (effect == Exposure.Effect.RAISES ? "raises" : "may raise") + " the exposure of "
                                + (preview.keys().isEmpty()
                                        ? "flags that use its segments"
                                        : String.join(", ", preview.keys()))
                                + ". Go on?",
                        preview));
            }
        }

        private Exposure.Effect effect(AdminVerb.Plan wanted, Commit.Found found) {
            // who belongs to a segment is not a question that its text answers
            Exposure.Effect effect = changesSegments(wanted, found) ? Exposure.Effect.UNKNOWN : Exposure.Effect.NEUTRAL;
            for (FlagState after : wanted.flags().values()) {
                FlagState was = before.get(after.key());
                effect = effect.and(Exposure.effectOf(was == null ? FlagState.absent(after.key()) : was, after));
            }
            return effect;
        }

        private boolean changes(AdminVerb.Plan wanted, Commit.Found found) {
            return wanted.replacement().isPresent()
                    || !changedOnly(wanted.flags()).isEmpty()
                    || changesSegments(wanted, found)
                    || wanted.settings()
                            .filter(s -> !s.equals(found.settings()))
                            .isPresent();
        }

        private static boolean changesSegments(AdminVerb.Plan wanted, Commit.Found found) {
            return wanted.segments().entrySet().stream()
                    .anyMatch(e -> !e.getValue()
                            .equals(Optional.ofNullable(found.segments().get(e.getKey()))));
        }

        private Map<String, FlagState> changedOnly(Map<String, FlagState> wanted) {
            Map<String, FlagState> changed = new LinkedHashMap<>();
            wanted.forEach((key, after) -> {
                if (!after.equals(before.get(key))) {
                    changed.put(key, after);
                }
            });
            return changed;
        }
    }

    /** Leaves the commit with nothing written and an outcome to give. */
    private static final class Halt extends FlagsException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // never serialised
        private final WriteOutcome outcome;

        Halt(WriteOutcome outcome) {
            super("halted: " + outcome);
            this.outcome = outcome;
        }
    }
}
