/** Flags read from environment variables, system properties and {@code .env} files. */
@NullMarked
package dev.flags.env;

import org.jspecify.annotations.NullMarked;
