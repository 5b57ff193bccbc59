package dev.flags.cli;

import dev.flags.FlagsException;

/** A guard or a precondition stands in the way: exit code 9. */
final class BlockedException extends FlagsException {
  private static final long serialVersionUID = 1L;

  BlockedException(String message, Throwable cause) {
    super(message, cause);
  }
}
