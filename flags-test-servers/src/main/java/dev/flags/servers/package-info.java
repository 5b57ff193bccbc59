/** Real servers for tests, found by themselves: Docker when an engine answers, otherwise binaries from Maven Central. */
@NullMarked
package dev.flags.servers;

import org.jspecify.annotations.NullMarked;
