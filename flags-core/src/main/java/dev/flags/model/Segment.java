package dev.flags.model;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A reusable named group of targeting keys and conditions.
 *
 * @param name unique in its environment; the same characters as a flag key
 * @param description for people; may be empty
 * @param keys targeting keys that belong to it
 * @param excluded targeting keys that do not, whatever else says so
 * @param rules each a list of AND-ed conditions; whoever matches any of them belongs to it. No {@link Condition.Share}
 * @param extra fields this version does not know, kept as they are
 */
public record Segment(
    String name,
    String description,
    Set<String> keys,
    Set<String> excluded,
    List<List<Condition>> rules,
    Map<String, Object> extra) {
  public Segment {
    keys = Collections.unmodifiableSet(new LinkedHashSet<>(keys));
    excluded = Collections.unmodifiableSet(new LinkedHashSet<>(excluded));
    rules = rules.stream().map(List::copyOf).toList();
    extra = FlagDefinition.frozen(extra);
  }
}
