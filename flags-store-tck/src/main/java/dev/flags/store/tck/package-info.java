/** The contract that every store passes. */
@NullMarked
package dev.flags.store.tck;

import org.jspecify.annotations.NullMarked;
