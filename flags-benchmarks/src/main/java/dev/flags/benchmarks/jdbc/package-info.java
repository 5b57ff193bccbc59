/** How soon a commit on a relational database is served. */
@NullMarked
package dev.flags.benchmarks.jdbc;

import org.jspecify.annotations.NullMarked;
