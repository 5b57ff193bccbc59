/** A small service that creates projects by an old and a new path. */
@NullMarked
package dev.flags.examples.quickstart;

import org.jspecify.annotations.NullMarked;
