/** Changing flags: one method a verb, each a pure edit committed with its audit entry. */
@NullMarked
package dev.flags.admin;

import org.jspecify.annotations.NullMarked;
