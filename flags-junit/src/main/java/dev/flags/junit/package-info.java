/** Fixed flag states for JUnit tests. */
@NullMarked
package dev.flags.junit;

import org.jspecify.annotations.NullMarked;
