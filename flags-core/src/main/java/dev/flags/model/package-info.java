/** What a flag is: its definition, its kill latch and its rollout run, as validated immutable data, and their JSON form. */
@NullMarked
package dev.flags.model;

import org.jspecify.annotations.NullMarked;
