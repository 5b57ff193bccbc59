/** Flags of an application that runs as many instances: one machine's variables over Redis over files. */
@NullMarked
package dev.flags.examples.layers;

import org.jspecify.annotations.NullMarked;
