/** Meters for Micrometer, which is optional at run time. */
@NullMarked
package dev.flags.metrics;

import org.jspecify.annotations.NullMarked;
