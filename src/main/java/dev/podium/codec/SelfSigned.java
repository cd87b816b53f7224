package dev.podium.codec;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// A certificate that signs itself, made on the spot: the JDK can read them but not make them.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc5280">RFC 5280</a>
public record SelfSigned(X509Certificate certificate, PrivateKey key) {
    private static final Duration VALID = Duration.ofDays(3650);

    /// Makes one, on the curve P-256, valid from yesterday.
    ///
    /// @param names host names, which may start with `*.`, and addresses
    public static SelfSigned of(String commonName, List<String> names) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        byte[] algorithm = sequence(Der.element(Der.OID, hex("2a8648ce3d040302"))); // ecdsa-with-SHA256
        byte[] name = sequence(
                Der.element(0x31, sequence(Der.element(Der.OID, hex("550403")), Der.element(0x0c, ascii(commonName)))));
        Instant from = Instant.now().minus(Duration.ofDays(1));
        byte[] toSign = sequence(
                Der.element(0xa0, Der.element(Der.INTEGER, new byte[] {2})),
                Der.element(Der.INTEGER, new BigInteger(63, new SecureRandom()).toByteArray()),
                algorithm,
                name,
                sequence(time(from), time(from.plus(VALID))),
                name,
                keys.getPublic().getEncoded(),
                Der.element(0xa3, sequence(alternatives(names))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(toSign);
        byte[] der = sequence(toSign, algorithm, Der.element(0x03, new byte[1], signature.sign()));
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        return new SelfSigned(certificate, keys.getPrivate());
    }

    private static byte[] time(Instant time) {
        return Der.element(
                0x17,
                ascii(DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(time)));
    }

    private static byte[] alternatives(List<String> names) throws GeneralSecurityException {
        List<byte[]> all = new ArrayList<>();
        for (String name : names) {
            boolean address = name.indexOf(':') >= 0 || name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
            all.add(address ? Der.element(0x87, address(name)) : Der.element(0x82, ascii(name)));
        }
        byte[] value = Der.element(Der.OCTET_STRING, sequence(all.toArray(new byte[0][])));
        return sequence(Der.element(Der.OID, hex("551d11")), value);
    }

    private static byte[] address(String text) throws GeneralSecurityException {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new GeneralSecurityException("not an address: " + text, e);
        }
    }

    private static byte[] sequence(byte[]... parts) {
        return Der.element(Der.SEQUENCE, parts);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
