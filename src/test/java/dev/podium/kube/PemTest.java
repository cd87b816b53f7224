package dev.podium.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.codec.Der;
import dev.podium.codec.Pem;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.HexFormat;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class PemTest {
    /// As `openssl ecparam -genkey -name prime256v1` writes it, made for this test.
    private static final String OPENSSL_EC = """
            -----BEGIN EC PARAMETERS-----
            BggqhkjOPQMBBw==
            -----END EC PARAMETERS-----
            -----BEGIN EC KIND-----
            MHcCAQEEIA0W/IFn+bJ60C7oJl5bhVFaEe9Pl1bY/2UhfP/Fi+5DoAoGCCqGSM49
            AwEHoUQDQgAEUvnBAItM0OOBc+zHo+6ZEljB2gwav0/cK9wpbDcRoa7Fsl8SD7yX
            66k2PJ9sJJnTOWNcN/bk/KLb8TSGeVJf2Q==
            -----END EC KIND-----
            """.replace("KIND", "PRIVATE KEY");

    private static KeyPair keys(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (size > 0) {
            generator.initialize(size);
        }
        return generator.generateKeyPair();
    }

    private static void assertPair(String algorithm, PrivateKey key, KeyPair pair) throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update((byte) 7);
        byte[] signature = signer.sign();
        signer.initVerify(pair.getPublic());
        signer.update((byte) 7);
        assertThat(signer.verify(signature)).isTrue();
    }

    /// What PKCS#8 wraps.
    private static byte[] inner(PrivateKey key) {
        ByteBuffer pkcs8 = Der.content(ByteBuffer.wrap(key.getEncoded()), Der.SEQUENCE);
        Der.content(pkcs8, Der.INTEGER);
        Der.content(pkcs8, Der.SEQUENCE);
        return Der.bytes(Der.content(pkcs8, Der.OCTET_STRING));
    }

    @Test
    void pkcs8KeysOfAllKindsAreRead() throws Exception {
        KeyPair rsa = keys("RSA", 2048);
        KeyPair ec = keys("EC", 384);
        KeyPair ed = keys("Ed25519", 0);
        assertPair(
                "SHA256withRSA",
                Pem.privateKey(
                        TestCertificate.pem("PRIVATE KEY", rsa.getPrivate().getEncoded())),
                rsa);
        assertPair(
                "SHA256withECDSA",
                Pem.privateKey(
                        TestCertificate.pem("PRIVATE KEY", ec.getPrivate().getEncoded())),
                ec);
        assertPair(
                "Ed25519",
                Pem.privateKey(
                        TestCertificate.pem("PRIVATE KEY", ed.getPrivate().getEncoded())),
                ed);
    }

    @Test
    void pkcs1KeysAreRead() throws Exception {
        KeyPair rsa = keys("RSA", 2048);
        PrivateKey key = Pem.privateKey(TestCertificate.pem("RSA PRIVATE KEY", inner(rsa.getPrivate())));
        assertThat(key).isInstanceOf(RSAPrivateKey.class);
        assertPair("SHA256withRSA", key, rsa);
    }

    @Test
    void sec1KeysAreReadWithTheirCurveBesideOrWithinThem() throws Exception {
        KeyPair ec = keys("EC", 256);
        byte[] curve = Der.element(Der.OID, HexFormat.of().parseHex("2a8648ce3d030107"));
        byte[] secret = secret((ECPrivateKey) ec.getPrivate());
        byte[] version = Der.element(Der.INTEGER, new byte[] {1});
        byte[] bare = Der.element(Der.SEQUENCE, version, Der.element(Der.OCTET_STRING, secret));
        byte[] named =
                Der.element(Der.SEQUENCE, version, Der.element(Der.OCTET_STRING, secret), Der.element(0xa0, curve));
        assertPair("SHA256withECDSA", Pem.privateKey(TestCertificate.pem("EC PRIVATE KEY", named)), ec);
        String beside = TestCertificate.pem("EC PARAMETERS", curve) + TestCertificate.pem("EC PRIVATE KEY", bare);
        assertPair("SHA256withECDSA", Pem.privateKey(beside), ec);
        assertThatThrownBy(() -> Pem.privateKey(TestCertificate.pem("EC PRIVATE KEY", bare)))
                .hasMessageContaining("damaged");
    }

    private static byte[] secret(ECPrivateKey key) {
        byte[] bytes = new byte[32];
        byte[] number = key.getS().toByteArray();
        int length = Math.min(32, number.length);
        System.arraycopy(number, number.length - length, bytes, 32 - length, length);
        return bytes;
    }

    @Test
    void whatOpensslWritesIsRead() throws Exception {
        ECPrivateKey key = (ECPrivateKey) Pem.privateKey(OPENSSL_EC.replace("\n", "\r\n"));
        assertThat(key.getS().toString(16)).startsWith("d16fc8167f9b27ad02ee8265e5b8551");
    }

    @Test
    void keysThatCannotBeUsedAreRefusedInWordsWithoutQuotingThem() {
        assertThatThrownBy(() -> Pem.privateKey(
                        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----"))
                .hasMessageContaining("encrypted", "openssl pkey");
        assertThatThrownBy(() -> Pem.privateKey("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"))
                .hasMessageContaining("encrypted");
        assertThatThrownBy(() -> Pem.privateKey("-----BEGIN PRIVATE KEY-----\n!secret!\n-----END PRIVATE KEY-----"))
                .hasMessageContaining("damaged")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Pem.privateKey(TestCertificate.pem("RSA PRIVATE KEY", new byte[] {1, 2, 3})))
                .isInstanceOf(GeneralSecurityException.class);
        assertThatThrownBy(() -> Pem.privateKey("")).hasMessageContaining("no private key");
        assertThatThrownBy(() -> Pem.certificates("hello")).hasMessageContaining("no certificate");
    }
}
