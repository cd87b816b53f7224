package dev.podium.ec2;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A key pair for SSH: RSA or ED25519.
///
/// @param blob       the public key in OpenSSH's encoding
/// @param privateKey PKCS #8, or null when only the public half is known
record SshKey(byte[] blob, byte @Nullable [] privateKey) {
    private static final String RSA = "ssh-rsa";
    private static final String ED25519 = "ssh-ed25519";
    private static final int RSA_BITS = 2048;
    /// What PKCS #8 puts before an RSA key of that size.
    private static final int PKCS8_HEAD = 26;

    /// Makes a key pair.
    static SshKey generate(boolean ed25519) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ed25519 ? "Ed25519" : "RSA");
        if (!ed25519) {
            generator.initialize(RSA_BITS);
        }
        KeyPair pair = generator.generateKeyPair();
        byte[] blob;
        if (pair.getPublic() instanceof RSAPublicKey rsa) {
            blob = blob(
                    RSA, rsa.getPublicExponent().toByteArray(), rsa.getModulus().toByteArray());
        } else {
            // The key itself is the end of its X.509 form.
            byte[] encoded = pair.getPublic().getEncoded();
            blob = blob(ED25519, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        }
        return new SshKey(blob, pair.getPrivate().getEncoded());
    }

    private static byte[] blob(String type, byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, type.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            write(out, part);
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, byte[] part) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(part.length).array());
        out.writeBytes(part);
    }

    /// Reads a public key as `ssh-keygen` writes it: `ssh-rsa AAAA… comment`.
    static Optional<SshKey> parse(String line) {
        String[] words = line.strip().split("\\s+", -1);
        try {
            byte[] blob = Base64.getDecoder().decode(words.length > 1 ? words[1] : words[0]);
            String type = text(ByteBuffer.wrap(blob));
            boolean known = type.equals(RSA) || type.equals(ED25519);
            return known && (words.length == 1 || words[0].equals(type))
                    ? Optional.of(new SshKey(blob, null))
                    : Optional.empty();
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    private static String text(ByteBuffer blob) {
        return new String(part(blob), StandardCharsets.US_ASCII);
    }

    private static byte[] part(ByteBuffer blob) {
        int length = blob.getInt();
        if (length < 0 || length > blob.remaining()) {
            throw new IllegalArgumentException("not a key");
        }
        byte[] part = new byte[length];
        blob.get(part);
        return part;
    }

    /// The type as EC2 names it.
    String type() {
        return text(ByteBuffer.wrap(blob)).equals(RSA) ? "rsa" : "ed25519";
    }

    /// The public key as in `authorized_keys`, without a comment.
    String publicLine() {
        return text(ByteBuffer.wrap(blob)) + " " + Base64.getEncoder().encodeToString(blob);
    }

    /// The private key in PEM: an RSA key as in PKCS #1, like AWS's.
    String privatePem() {
        byte[] key = privateKey == null ? new byte[0] : privateKey;
        boolean rsa = type().equals("rsa");
        byte[] content = rsa ? Arrays.copyOfRange(key, PKCS8_HEAD, key.length) : key;
        String label = rsa ? "RSA PRIVATE KEY" : "PRIVATE KEY";
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + label + "-----";
    }

    /// The fingerprint as EC2 makes it: of an RSA key pair that it made the SHA-1 of the private key, of an
    /// imported
    /// one
    /// the MD5 of the public key, of an ED25519 key the SHA-256 of that.
    String fingerprint() {
        try {
            if (type().equals("ed25519")) {
                return Base64.getEncoder()
                        .encodeToString(MessageDigest.getInstance("SHA-256").digest(blob));
            }
            byte[] hash = privateKey == null
                    ? MessageDigest.getInstance("MD5").digest(der())
                    : MessageDigest.getInstance("SHA-1").digest(privateKey);
            return HexFormat.ofDelimiter(":").formatHex(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has these digests", e);
        }
    }

    /// The RSA key in X.509's encoding.
    private byte[] der() throws GeneralSecurityException {
        ByteBuffer parts = ByteBuffer.wrap(blob);
        part(parts);
        BigInteger exponent = new BigInteger(part(parts));
        BigInteger modulus = new BigInteger(part(parts));
        return java.security.KeyFactory.getInstance("RSA")
                .generatePublic(new java.security.spec.RSAPublicKeySpec(modulus, exponent))
                .getEncoded();
    }
}
