/** A small service that creates projects by an old and a new path, as the quickstart runs it. */
@NullMarked
package dev.flags.examples.quickstart;

import org.jspecify.annotations.NullMarked;
