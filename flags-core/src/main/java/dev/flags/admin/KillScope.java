package dev.flags.admin;

import java.util.List;

/** Which flags to kill. Immutable. */
public sealed interface KillScope {
    /**
     * These.
     *
     * @param evenUndefined whether keys that the store does not know are latched too, because another layer defines them;
     *     otherwise they are reported, since a misspelt key would look like a kill
     */
    record Keys(List<String> keys, boolean evenUndefined) implements KillScope {
        public Keys {
            keys = List.copyOf(keys);
        }

        /** These, as far as the store knows them. */
        public Keys(List<String> keys) {
            this(keys, false);
        }
    }

    /** All with this tag. */
    record Tag(String tag) implements KillScope {}

    /** All that are not archived. */
    record All() implements KillScope {}
}
