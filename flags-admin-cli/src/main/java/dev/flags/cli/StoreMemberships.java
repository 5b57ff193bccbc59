package dev.flags.cli;

import dev.flags.evaluation.Memberships;
import dev.flags.model.SegmentVersion;
import dev.flags.source.MemberLookup;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Memberships of large segments, asked of the store while evaluating: who runs a verb can wait, unlike an application. What the store
 * throws comes out of the evaluation. Not thread-safe; confine it to one thread.
 */
final class StoreMemberships implements Memberships {
    private final MemberLookup members;
    private final Map<String, Asked> segments = new HashMap<>();

    StoreMemberships(MemberLookup members) {
        this.members = members;
    }

    @Override
    public Members of(String segment, SegmentVersion version) {
        Asked asked = new Asked(segment, version);
        segments.put(segment, asked);
        return asked;
    }

    /** Asks for many at once, of all segments. */
    void lookUp(Collection<String> targetingKeys) {
        segments.values().forEach(asked -> asked.lookUp(targetingKeys));
    }

    private final class Asked implements Members {
        private final String segment;
        private final SegmentVersion version;
        private final Set<String> looked = new HashSet<>();
        private final Set<String> found = new HashSet<>();
        private boolean counted;
        private boolean whole;

        Asked(String segment, SegmentVersion version) {
            this.segment = segment;
            this.version = version;
        }

        void lookUp(Collection<String> targetingKeys) {
            looked.clear();
            found.clear();
            looked.addAll(targetingKeys);
            found.addAll(members.among(segment, version.version(), targetingKeys));
        }

        @Override
        public Known ask(String targetingKey) {
            if (!looked.contains(targetingKey)) {
                looked.add(targetingKey);
                found.addAll(members.among(segment, version.version(), List.of(targetingKey)));
            }
            if (found.contains(targetingKey)) {
                return Known.YES;
            }
            if (!counted) {
                whole = members.count(segment, version.version()) >= version.count();
                counted = true;
            }
            return whole ? Known.NO : Known.UNKNOWN;
        }
    }
}
