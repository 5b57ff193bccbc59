package dev.flags.store;

import dev.flags.source.MemberLookup;
import java.util.Collection;
import java.util.List;

/**
 * Where a store keeps the members of large segments: too many to be part of a flag document, looked up one by one. Members
 * belong to a version; a segment's document names the version that counts, so filling a new one changes nothing until a commit
 * switches to it. Exceptions as {@link Storage} says; every call is bounded in time. Safe for use by multiple threads.
 */
public interface SegmentMembers extends MemberLookup {

    /** Adds members to a version, which is made by it. Adding one twice changes nothing. At most some ten thousand a call. */
    void add(String segment, String version, Collection<String> targetingKeys);

    /** The versions that are there, those that no document names included, in no particular order. */
    List<String> versions(String segment);

    /** Removes a version, in steps that do not hold the store up. One that is not there is fine. */
    void remove(String segment, String version);
}
