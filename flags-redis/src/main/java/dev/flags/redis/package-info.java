/** Flags on Redis and Valkey: standalone, behind Sentinel, and on a Cluster. */
@NullMarked
package dev.flags.redis;

import org.jspecify.annotations.NullMarked;
