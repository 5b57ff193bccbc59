package dev.flags.admin;

import java.util.List;

/** Which flags to kill. */
public sealed interface KillScope {
    /** These; keys that the store does not know are reported and latched nowhere. */
    record Keys(List<String> keys) implements KillScope {
        public Keys {
            keys = List.copyOf(keys);
        }
    }

    /** All with this tag. */
    record Tag(String tag) implements KillScope {}

    /** All that are not archived. */
    record All() implements KillScope {}
}
