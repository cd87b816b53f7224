package dev.podium.codec;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads PEM text: certificates, and keys in the forms that kubeconfigs hold. The JDK itself
/// reads PKCS#8 keys only.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>, <a
///     href="https://www.rfc-editor.org/rfc/rfc5915">RFC 5915 (SEC1 keys)</a>
public final class Pem {
    private static final byte[] RSA = oid("2a864886f70d010101");
    private static final byte[] RSA_PSS = oid("2a864886f70d01010a");
    private static final byte[] EC = oid("2a8648ce3d0201");
    private static final byte[] ED25519 = oid("2b6570");
    private static final int CURVE = 0xa0; // [0] in an EC private key

    private Pem() {}

    /// All certificates in the text.
    ///
    /// @throws GeneralSecurityException saying what is wrong with the text
    public static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(pem)) {
            if (block.label().endsWith("CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der())));
            }
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("there is no certificate in it");
        }
        return certificates;
    }

    /// The private key in the text: PKCS#8, PKCS#1 (RSA) or SEC1 (EC).
    ///
    /// @throws GeneralSecurityException saying what is wrong with the text; never quotes it
    public static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        byte[] curve = null;
        try {
            for (Block block : blocks(pem)) {
                switch (block.label()) {
                    case "EC PARAMETERS" -> curve = block.der();
                    case "PRIVATE KEY" -> {
                        return pkcs8(block.der());
                    }
                    case "RSA PRIVATE KEY" -> {
                        return pkcs8(wrapped(RSA, Der.element(Der.NULL), block.der()));
                    }
                    case "EC PRIVATE KEY" -> {
                        return pkcs8(wrapped(EC, curve(block.der(), curve), block.der()));
                    }
                    case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
                    default -> {
                        // a certificate beside the key
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the private key in it is damaged", e);
        }
        throw new GeneralSecurityException("there is no private key in it");
    }

    private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
        ByteBuffer key = Der.content(ByteBuffer.wrap(der), Der.SEQUENCE);
        Der.content(key, Der.INTEGER);
        byte[] algorithm = Der.bytes(Der.content(Der.content(key, Der.SEQUENCE), Der.OID));
        String name = null;
        if (Arrays.equals(algorithm, oidContent(RSA))) {
            name = "RSA";
        } else if (Arrays.equals(algorithm, oidContent(EC))) {
            name = "EC";
        } else if (Arrays.equals(algorithm, oidContent(ED25519))) {
            name = "Ed25519";
        } else if (Arrays.equals(algorithm, oidContent(RSA_PSS))) {
            name = "RSASSA-PSS";
        }
        if (name == null) {
            throw new GeneralSecurityException("the private key in it is neither RSA, EC nor Ed25519");
        }
        return KeyFactory.getInstance(name).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static byte[] wrapped(byte[] algorithm, byte[] parameters, byte[] key) {
        return Der.element(
                Der.SEQUENCE,
                Der.element(Der.INTEGER, new byte[] {0}),
                Der.element(Der.SEQUENCE, algorithm, parameters),
                Der.element(Der.OCTET_STRING, key));
    }

    private static byte[] curve(byte[] der, byte @Nullable [] parameters) {
        ByteBuffer key = Der.content(ByteBuffer.wrap(der), Der.SEQUENCE);
        Der.content(key, Der.INTEGER);
        Der.content(key, Der.OCTET_STRING);
        if (Der.peek(key) == CURVE) {
            return Der.bytes(Der.content(key, CURVE));
        }
        if (parameters == null) {
            throw new IllegalArgumentException("the EC key names no curve");
        }
        return parameters;
    }

    private static List<Block> blocks(String pem) throws GeneralSecurityException {
        List<Block> blocks = new ArrayList<>();
        String label = null;
        StringBuilder body = new StringBuilder();
        for (String line : pem.lines().map(String::strip).toList()) {
            if (line.startsWith("-----BEGIN ") && line.endsWith("-----")) {
                label = line.substring(11, line.length() - 5);
                body.setLength(0);
            } else if (label != null && line.equals("-----END " + label + "-----")) {
                blocks.add(new Block(label, decode(body.toString())));
                label = null;
            } else if (label != null && line.startsWith("Proc-Type:") && line.contains("ENCRYPTED")) {
                throw encrypted();
            } else if (label != null) {
                body.append(line);
            }
        }
        return blocks;
    }

    private static byte[] decode(String base64) throws GeneralSecurityException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("it holds damaged PEM");
        }
    }

    private static GeneralSecurityException encrypted() {
        return new GeneralSecurityException(
                "the private key in it is encrypted: decrypt it with `openssl pkey -in FILE -out NEW_FILE`");
    }

    private static byte[] oid(String hex) {
        return Der.element(Der.OID, HexFormat.of().parseHex(hex));
    }

    private static byte[] oidContent(byte[] element) {
        return Arrays.copyOfRange(element, 2, element.length);
    }

    @SuppressWarnings("ArrayRecordComponent") // lives for one call
    private record Block(String label, byte[] der) {}
}
