/** Where flags are read from: sources, and the ordered layers that they form. */
@NullMarked
package dev.flags.source;

import org.jspecify.annotations.NullMarked;
