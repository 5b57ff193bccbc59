package dev.flags.source;

import dev.flags.FlagsStatus;
import dev.flags.model.Problem;
import java.time.Instant;
import java.util.List;

/** Is told what a source finds. Called by one thread at a time per subscription. */
public interface SourceListener {

    /** New content is to be served. Implies contact. A state other than READY is followed by {@link #state} with the reasons. */
    void loaded(LayerContent content, FlagsStatus.State state, Instant contact);

    /** The source answered and nothing has changed. */
    void unchanged(Instant contact);

    /**
     * The source is in another state than before; what was loaded goes on being served.
     *
     * @param problems why
     */
    void state(FlagsStatus.State state, List<Problem> problems);
}
