package dev.podium.kube;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/// A certificate that signs itself, made on the spot: the JDK can read them but not make them.
@NullMarked
record TestCertificate(X509Certificate certificate, PrivateKey key) {
    private static final char[] PASSWORD = "test".toCharArray();

    /// A certificate for some host names and addresses.
    static TestCertificate of(String commonName, String... names) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        byte[] algorithm = sequence(Der.element(Der.OID, hex("2a8648ce3d040302"))); // ecdsa-with-SHA256
        byte[] name = sequence(
                Der.element(0x31, sequence(Der.element(Der.OID, hex("550403")), Der.element(0x0c, ascii(commonName)))));
        byte[] toSign = sequence(
                Der.element(0xa0, Der.element(Der.INTEGER, new byte[] {2})),
                Der.element(Der.INTEGER, new byte[] {1}),
                algorithm,
                name,
                sequence(Der.element(0x17, ascii("200101000000Z")), Der.element(0x17, ascii("491231000000Z"))),
                name,
                keys.getPublic().getEncoded(),
                Der.element(0xa3, sequence(alternatives(names))));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(toSign);
        byte[] der = sequence(toSign, algorithm, Der.element(0x03, new byte[1], signature.sign()));
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        return new TestCertificate(certificate, keys.getPrivate());
    }

    private static byte[] alternatives(String... names) throws Exception {
        List<byte[]> all = new ArrayList<>();
        for (String name : names) {
            boolean address = Character.isDigit(name.charAt(0));
            all.add(
                    address
                            ? Der.element(0x87, InetAddress.getByName(name).getAddress())
                            : Der.element(0x82, ascii(name)));
        }
        byte[] value = Der.element(Der.OCTET_STRING, sequence(all.toArray(new byte[0][])));
        return sequence(Der.element(Der.OID, hex("551d11")), value);
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

    String certificatePem() throws Exception {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    static String pem(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    /// A server with this certificate, that trusts the client's when there is one.
    SSLContext server(@Nullable TestCertificate client) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key, PASSWORD, new Certificate[] {certificate});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("client", client == null ? certificate : client.certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
