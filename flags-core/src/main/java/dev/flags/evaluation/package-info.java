/** Flags compiled into an immutable snapshot, and the pure evaluation over it. */
@NullMarked
package dev.flags.evaluation;

import org.jspecify.annotations.NullMarked;
