package dev.flags.store;

/**
 * Where an environment's history ends: the identity of a state, and a follower's cursor. Immutable.
 *
 * @param epoch made once, with the environment; another one means another history
 * @param revision the last commit's number; 0 before the first
 * @param hash SHA-256 of the last audit entry's payload, in lower-case hex; {@link AuditChain#ROOT} before the first
 */
public record Head(String epoch, long revision, String hash) {}
