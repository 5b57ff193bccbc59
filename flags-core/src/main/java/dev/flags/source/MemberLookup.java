package dev.flags.source;

import java.util.Collection;
import java.util.Set;

/**
 * Looks up members of large segments where a source keeps them. Called on a thread that may wait; throws a {@link
 * dev.flags.FlagsException} when there is no answer. Every call is bounded in time. Safe for use by multiple threads.
 */
public interface MemberLookup {

    /** Which of these targeting keys are members of the version; none of a version that is not there. One round trip. */
    Set<String> among(String segment, String version, Collection<String> targetingKeys);

    /** How many members the version has; 0 when it is not there. */
    long count(String segment, String version);
}
