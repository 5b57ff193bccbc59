/** Outages of real servers, measured: what is served, what is said, and how soon all is right again. */
@NullMarked
package dev.flags.reliability;

import org.jspecify.annotations.NullMarked;
