package dev.flags.store;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Members that live as long as their store's object. Safe for use by multiple threads. */
final class InMemoryMembers implements SegmentMembers {
    private final Map<Version, Set<String>> versions = new ConcurrentHashMap<>();

    private record Version(String segment, String version) {}

    @Override
    public Set<String> among(String segment, String version, Collection<String> targetingKeys) {
        Set<String> found = new HashSet<>(targetingKeys);
        found.retainAll(versions.getOrDefault(new Version(segment, version), Set.of()));
        return found;
    }

    @Override
    public void add(String segment, String version, Collection<String> targetingKeys) {
        versions.computeIfAbsent(new Version(segment, version), unused -> ConcurrentHashMap.newKeySet())
                .addAll(targetingKeys);
    }

    @Override
    public long count(String segment, String version) {
        return versions.getOrDefault(new Version(segment, version), Set.of()).size();
    }

    @Override
    public List<String> versions(String segment) {
        return versions.keySet().stream()
                .filter(version -> version.segment().equals(segment))
                .map(Version::version)
                .toList();
    }

    @Override
    public void remove(String segment, String version) {
        versions.remove(new Version(segment, version));
    }
}
