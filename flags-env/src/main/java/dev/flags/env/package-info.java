/**
 * Flags from environment variables, system properties and {@code .env} files, as a layer: {@link dev.flags.env.EnvSource}.
 */
@NullMarked
package dev.flags.env;

import org.jspecify.annotations.NullMarked;
