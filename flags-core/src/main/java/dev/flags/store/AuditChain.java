package dev.flags.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash chain over audit entries: each payload names the hash of the payload before it. */
public final class AuditChain {
    /** What the first entry names as the hash before it: 64 zeros. */
    public static final String ROOT = "0".repeat(64);

    private AuditChain() {}

    /** SHA-256 (FIPS 180-4) of the payload's UTF-8 bytes, as 64 lower-case hex digits. */
    public static String hash(String payload) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(payload.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
