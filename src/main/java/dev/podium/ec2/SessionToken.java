package dev.podium.ec2;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Session tokens of the metadata service. A token is the time of its end and a signature by the pod's own
/// secret, so
/// that none is remembered, and all outlive a restart of the server.
final class SessionToken {
    private SessionToken() {}

    /// A token for a pod.
    ///
    /// @param secret the pod's
    /// @param end in epoch milliseconds
    static byte[] issue(String secret, long end) {
        byte[] time = ByteBuffer.allocate(Long.BYTES).putLong(end).array();
        byte[] signature = sign(secret, time);
        byte[] whole = Arrays.copyOf(time, time.length + signature.length);
        System.arraycopy(signature, 0, whole, time.length, signature.length);
        return Base64.getUrlEncoder().encode(whole);
    }

    /// Tells whether this server issued the token for the pod and it hasn't ended.
    static boolean isValid(String token, String secret, long now) {
        try {
            byte[] whole = Base64.getUrlDecoder().decode(token);
            if (whole.length <= Long.BYTES || ByteBuffer.wrap(whole).getLong() < now) {
                return false;
            }
            byte[] time = Arrays.copyOf(whole, Long.BYTES);
            return MessageDigest.isEqual(sign(secret, time), Arrays.copyOfRange(whole, Long.BYTES, whole.length));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static byte[] sign(String secret, byte[] time) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(time);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
