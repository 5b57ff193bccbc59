/** How soon a commit on Redis is served, and how soon an application on Redis is ready. */
@NullMarked
package dev.flags.benchmarks.redis;

import org.jspecify.annotations.NullMarked;
