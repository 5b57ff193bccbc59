/** Benchmarks of the read path. */
@NullMarked
package dev.flags.benchmarks;

import org.jspecify.annotations.NullMarked;
