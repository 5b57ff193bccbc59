package dev.flags.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The record committed with a change. The payload, byte for byte as stored, is JSON:
 *
 * <pre>{@code
 * {"schema":1,"environment":"production","epoch":"…","revision":14,"commit":"5f0c…",
 *  "at":"2026-11-21T10:15:30.123Z",
 *  "actor":{"name":"ada","osUser":"ada","host":"web-1","login":"…"},
 *  "action":"kill","reason":"INC-431","details":{…},"keys":["atomic-projects"],
 *  "before":{"atomic-projects":{"revision":13,"definition":{…},"kill":null,"rollout":null}},
 *  "after":{"atomic-projects":{"revision":14,"definition":{…},"kill":{…},"rollout":null}},
 *  "segments":{"before":{…},"after":{…}},"settings":{"before":{…},"after":{…}},
 *  "previousHash":"9f86d0…"}
 * }</pre>
 *
 * {@code segments} and {@code settings} are there only when they changed. {@code commit} is a random number that makes each attempt's
 * hash its own, so that a writer which lost its connection recognises its entry. A record that is not JSON stands as a string. A flag
 * for which something was scheduled is there with the same state, of an earlier revision, before and after. Immutable.
 *
 * @param environment its name
 * @param revision the commit's number
 * @param at store time, never before the previous entry's
 * @param actor who
 * @param action the verb
 * @param reason why
 * @param details further facts
 * @param keys the flags it changed, and those for which it scheduled something or took that back
 * @param before their states before, by key, as JSON values; null for a flag that was not there
 * @param after their states after
 * @param previousHash the hash of the entry before
 * @param hash SHA-256 of the payload's UTF-8 bytes, lower-case hex
 * @param payload the stored text
 */
public record AuditEntry(
        String environment,
        long revision,
        Instant at,
        Actor actor,
        String action,
        String reason,
        Map<String, Object> details,
        List<String> keys,
        Map<String, Object> before,
        Map<String, Object> after,
        String previousHash,
        String hash,
        String payload) {}
