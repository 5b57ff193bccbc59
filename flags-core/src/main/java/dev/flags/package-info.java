/**
 * What an application uses: {@link dev.flags.Flags} answers, {@link dev.flags.EvaluationContext} says for whom, {@link
 * dev.flags.Decision} says what came out and why.
 */
@NullMarked
package dev.flags;

import org.jspecify.annotations.NullMarked;
