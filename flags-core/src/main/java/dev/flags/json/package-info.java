/** JSON and YAML text to plain Java values and back, by streaming. */
@NullMarked
package dev.flags.json;

import org.jspecify.annotations.NullMarked;
