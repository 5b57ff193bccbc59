package dev.flags.evaluation;

import dev.flags.EvaluationContext;
import org.jspecify.annotations.Nullable;

/**
 * Reads an attribute of whatever object a caller evaluates for, so that neither a user id nor an application's own class has to be
 * wrapped in a context on every call. Implementations may be called by several threads at once.
 *
 * @param <S> the subject's type
 */
@FunctionalInterface
public interface AttributeReader<S> {

    /** A context with no targeting key and no attributes. */
    EvaluationContext ANONYMOUS = () -> null;

    /** Reads attributes of an {@link EvaluationContext}. */
    AttributeReader<EvaluationContext> OF_CONTEXT = EvaluationContext::attribute;

    /** The attribute, or null where the subject has none. May throw: the evaluator takes that for "no value". */
    @Nullable
    Object read(S subject, String name);
}
