package dev.flags.store;

/**
 * An audit entry as the store keeps it, byte for byte as it was hashed. Immutable.
 *
 * @param revision the commit's number
 * @param payload the JSON text; its UTF-8 bytes are what is hashed
 * @param hash SHA-256 of the payload, lower-case hex
 */
public record StoredEntry(long revision, String payload, String hash) {}
