/** The command line. */
@NullMarked
package dev.flags.cli;

import org.jspecify.annotations.NullMarked;
