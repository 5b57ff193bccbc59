package dev.flags.model;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Targeting keys that get one variant by name.
 *
 * @param variant what they get
 * @param keys exact targeting keys, in the document's order
 */
public record Target(String variant, Set<String> keys) {
  public Target {
    keys = Collections.unmodifiableSet(new LinkedHashSet<>(keys));
  }
}
