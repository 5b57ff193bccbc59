package dev.flags.store;

import java.util.Map;

/**
 * What an environment demands of those who change it.
 *
 * @param isProtected every change needs a reason, and one that raises exposure needs a confirmation
 * @param extra fields this version does not know, kept as they are
 */
public record EnvironmentSettings(boolean isProtected, Map<String, Object> extra) {
  public static final EnvironmentSettings DEFAULT = new EnvironmentSettings(false, Map.of());

  public EnvironmentSettings {
    extra = Map.copyOf(extra);
  }
}
