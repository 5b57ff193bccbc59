package dev.flags.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the controller of an environment's rollouts keeps in the store: the lease that says which process it is, and records of its
 * own, unaudited, that only the lease's holder can write. Correctness of the rollouts never rests on it: what changes exposure is a
 * commit that names the revision it was based on.
 *
 * <p>Exceptions as {@link Storage} says. Safe for use by multiple threads.
 */
public interface ControllerRecords {

    /**
     * Takes the lease when nobody has it or it has run out, and prolongs it for the one who has it. Time is the store's.
     *
     * @param holder who asks; unique for each incarnation of a process
     * @param length for so long from now
     * @return the lease; empty while another has it. A holder who prolongs keeps the fence, a new one gets a higher fence than all before
     */
    Optional<Lease> acquire(String holder, Duration length);

    /** Gives the lease back, if it is still this one. Its fence stays the store's until somebody takes the lease. */
    void release(Lease lease);

    /** Who has the lease now; empty when nobody has, or it has run out. */
    Optional<Lease> holder();

    /** One record; empty when there is none. */
    default Optional<String> read(String name) {
        return Optional.ofNullable(readAll(Set.of(name)).get(name));
    }

    /**
     * Several records in as few questions as the store can, since whoever takes over hundreds of rollouts reads one for each.
     *
     * @return by name; without those that are not there
     */
    Map<String, String> readAll(Set<String> names);

    /**
     * Writes records, all of them in one atomic unit, if nobody has taken the lease since. That it has run out does not matter: where
     * nobody has taken it, nobody has read what is written here.
     *
     * @param records by name, which is a flag's key; an empty value removes one
     * @return false when the lease's fence is no longer the store's: nothing was written
     * @throws OutcomeUnknownException when the connection was lost after they were sent. Writing them again is harmless
     */
    boolean write(Lease lease, Map<String, Optional<String>> records);

    /**
     * The right to move an environment's rollouts for a while.
     *
     * @param holder who has it
     * @param fence rises with each new holder, by how much is the store's matter
     * @param until by the store's clock
     */
    record Lease(String holder, long fence, Instant until) {}
}
