package dev.flags.model;

import dev.flags.FlagsException;
import java.util.List;
import java.util.stream.Collectors;

/** A document, key or value that is not valid; names every problem at once, each with its path. */
public final class InvalidFlagException extends FlagsException {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an immutable list of records; never serialised in practice
    private final List<Problem> problems;

    public InvalidFlagException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public InvalidFlagException(String path, String message) {
        this(List.of(new Problem(path, message)));
    }

    /** All of them, in the order of the document. Never empty. */
    public List<Problem> problems() {
        return problems;
    }
}
