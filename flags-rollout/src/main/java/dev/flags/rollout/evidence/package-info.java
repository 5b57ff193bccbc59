/** From the rows that instances report to what guards say. */
@NullMarked
package dev.flags.rollout.evidence;

import org.jspecify.annotations.NullMarked;
