package dev.flags.evaluation;

import org.jspecify.annotations.Nullable;

/** A compiled condition. Never throws because of the subject; allocates nothing on the ways that matter. Immutable. */
interface Matcher {

    /**
     * Compares.
     *
     * @param targetingKey of the subject; null or empty when it has none
     * @param subject what attributes are read from; null when there is nobody
     * @param attributes reads them
     */
    Match match(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes);

    /** What is looked for, for a person: {@code country in [DE, FR]}. */
    String describe();

    /** What was found, for a person: {@code country is 'US'}; empty when there is nothing to tell. */
    String found(@Nullable String targetingKey, @Nullable Object subject, AttributeReader<Object> attributes);

    /** Whether all match, one is not known to, or one does not. */
    static Match all(
            Matcher[] matchers,
            @Nullable String targetingKey,
            @Nullable Object subject,
            AttributeReader<Object> attributes) {
        Match result = Match.YES;
        for (Matcher matcher : matchers) {
            Match match = matcher.match(targetingKey, subject, attributes);
            if (match == Match.NO) {
                return Match.NO;
            }
            if (match == Match.UNKNOWN) {
                result = Match.UNKNOWN;
            }
        }
        return result;
    }
}
