package dev.flags;

import dev.flags.FlagsStatus.State;
import dev.flags.evaluation.Snapshot;
import dev.flags.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The layers of one {@link LayeredFlags}, the first one first, and what is to be said of them together. Read under the lock of the flags,
 * but for {@link #get}, {@link #membershipCounts} and {@link #closeMemberships}, which any thread may call.
 */
final class FollowedLayers {
    private final List<FollowedLayer> layers = new ArrayList<>();

    FollowedLayers(
            List<FlagsBuilder.LayerSource> sources, MembershipCache.MembershipOptions keeping, LayeredFlags flags) {
        for (FlagsBuilder.LayerSource layer : sources) {
            String name = uniqueName(layer.source().name());
            Optional<MembershipCache> memberships =
                    layer.source().members().map(lookup -> new MembershipCache(name, lookup, keeping));
            layers.add(new FollowedLayer(name, memberships, flags));
        }
    }

    /** Two files of the same name are told apart by a number. */
    private String uniqueName(String wanted) {
        String name = wanted;
        for (int number = 2; isTaken(name); number++) {
            name = wanted + "#" + number;
        }
        return name;
    }

    private boolean isTaken(String name) {
        return layers.stream().anyMatch(layer -> layer.name.equals(name));
    }

    FollowedLayer get(int index) {
        return layers.get(index);
    }

    List<Snapshot.Layer> toCompile() {
        List<Snapshot.Layer> contents = new ArrayList<>(layers.size());
        for (FollowedLayer layer : layers) {
            contents.add(layer.toCompile());
        }
        return contents;
    }

    /**
     * Whether there is something of each.
     *
     * @param fromSources whether each source must have been loaded itself; otherwise a saved snapshot will do
     */
    boolean areLoaded(boolean fromSources) {
        for (FollowedLayer layer : layers) {
            if (!(fromSources ? layer.hasAnswered() : layer.isLoaded())) {
                return false;
            }
        }
        return true;
    }

    /** The layers of which there is nothing, each with its first problem; for a person. */
    String notLoaded() {
        List<String> missing = new ArrayList<>();
        for (FollowedLayer layer : layers) {
            if (!layer.isLoaded()) {
                List<Problem> problems =
                        layer.status(State.NOT_READY, List.of()).problems();
                missing.add(problems.isEmpty() ? layer.name : layer.name + " (" + problems.get(0) + ")");
            }
        }
        return String.join(", ", missing);
    }

    /**
     * All of them, and the worst of their states.
     *
     * @param together what is wrong that only shows when layers are put together
     */
    FlagsStatus status(boolean closed, List<Problem> together) {
        List<FlagsStatus.Layer> shown = new ArrayList<>();
        State worst = State.READY;
        for (FollowedLayer layer : layers) {
            State state = closed ? State.CLOSED : layer.state();
            worst = state.compareTo(worst) > 0 ? state : worst;
            List<Problem> own = new ArrayList<>();
            for (Problem problem : together) {
                if (ownerOf(problem) == layer) {
                    own.add(problem);
                }
            }
            shown.add(layer.status(state, own));
        }
        return new FlagsStatus(closed ? State.CLOSED : worst, shown);
    }

    /** A problem that only shows when layers are put together is told with the first layer that has the flag or segment. */
    private FollowedLayer ownerOf(Problem problem) {
        String path = problem.path();
        boolean isOfSegment = path.startsWith(Snapshot.OF_SEGMENT);
        int begin = isOfSegment ? Snapshot.OF_SEGMENT.length() : 0;
        int end = begin;
        while (end < path.length() && path.charAt(end) != '/' && path.charAt(end) != '#') {
            end++;
        }
        String name = path.substring(begin, end);
        for (FollowedLayer layer : layers) {
            if (isOfSegment
                    ? layer.content().segments().containsKey(name)
                    : layer.content().flags().containsKey(name)) {
                return layer;
            }
        }
        return layers.get(0);
    }

    MembershipCounts membershipCounts() {
        MembershipCounts sum = MembershipCounts.NONE;
        for (FollowedLayer layer : layers) {
            sum = layer.memberships
                    .map(MembershipCache::counts)
                    .orElse(MembershipCounts.NONE)
                    .and(sum);
        }
        return sum;
    }

    void closeMemberships() {
        layers.forEach(layer -> layer.memberships.ifPresent(MembershipCache::close));
    }
}
