package dev.flags.rollout.checks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How webhooks are signed, for those who receive them: the header {@value #TIMESTAMP_HEADER} holds when the call was sent, in seconds
 * since 1970, and {@value #SIGNATURE_HEADER} holds {@code v1=} and, in hexadecimal, the HMAC-SHA256 under the shared secret of the
 * timestamp, a full stop and the body, byte for byte as received. Safe for use by multiple threads.
 */
public final class WebhookSignature {
    /** Seconds since 1970, of the moment of sending. */
    public static final String TIMESTAMP_HEADER = "Flags-Timestamp";

    /** The signature. */
    public static final String SIGNATURE_HEADER = "Flags-Signature";

    /** How old a call may be, or how far a clock may be ahead: what is older may be a replay. */
    public static final Duration REPLAY_WINDOW = Duration.ofMinutes(5);

    private static final String ALGORITHM = "HmacSHA256";
    private static final String VERSION = "v1=";

    private WebhookSignature() {}

    /** What {@value #SIGNATURE_HEADER} holds. */
    public static String sign(String secret, long timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return VERSION + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /**
     * Whether a call comes from whoever has the secret, and now. Remember the event's {@code id} as well, since a call may come twice.
     *
     * @param timestamp the header's text
     * @param signature the header's text
     * @param body as received
     */
    public static boolean verifies(String secret, String timestamp, String signature, byte[] body, Instant now) {
        long seconds;
        try {
            seconds = Long.parseLong(timestamp);
        } catch (NumberFormatException e) {
            return false;
        }
        long age = now.getEpochSecond()
                - Math.max(0, seconds); // cannot overflow: an Instant's seconds are far from a long's ends
        boolean recent = age >= -REPLAY_WINDOW.toSeconds() && age <= REPLAY_WINDOW.toSeconds();
        byte[] expected = sign(secret, seconds, body).getBytes(StandardCharsets.UTF_8);
        // takes as long for a wrong signature as for a right one
        return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8)) && recent;
    }
}
