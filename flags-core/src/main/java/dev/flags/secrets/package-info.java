/** Passwords and keys: where they are kept, and what hides them. */
@NullMarked
package dev.flags.secrets;

import org.jspecify.annotations.NullMarked;
